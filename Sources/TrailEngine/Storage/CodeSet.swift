/// Which of a column's distinct values satisfy a test.
package struct CodeSet: Sendable {
  package enum Form: Sendable {
    case none
    case all
    case one(UInt32)
    /// Sorted codes, more than one.
    case several([UInt32])
  }
  package let form: Form
  /// Distinct values of the column.
  package let universe: Int

  /// `codes` must be sorted and without repeats.
  package init(_ codes: [UInt32], of universe: Int) {
    self.universe = universe
    if codes.isEmpty {
      form = .none
    } else if codes.count == universe {
      form = .all
    } else if codes.count == 1 {
      form = .one(codes[0])
    } else {
      form = .several(codes)
    }
  }

  package static func none(of universe: Int) -> CodeSet { CodeSet([], of: universe) }

  package static func all(of universe: Int) -> CodeSet {
    CodeSet(form: universe == 0 ? .none : .all, universe: universe)
  }

  private init(form: Form, universe: Int) {
    self.form = form
    self.universe = universe
  }

  package var isEmpty: Bool {
    if case .none = form { return true }
    return false
  }

  package var count: Int {
    switch form {
    case .none: 0
    case .all: universe
    case .one: 1
    case .several(let codes): codes.count
    }
  }

  package func contains(_ code: UInt32) -> Bool {
    switch form {
    case .none: return false
    case .all: return true
    case .one(let own): return own == code
    case .several(let codes):
      let index = codes.sortedIndex(of: code)
      return index < codes.count && codes[index] == code
    }
  }

  /// The codes in ascending order.
  package var codes: [UInt32] {
    switch form {
    case .none: []
    case .all: (0..<UInt32(universe)).map { $0 }
    case .one(let code): [code]
    case .several(let codes): codes
    }
  }

  /// One byte a code, 1 for members: the form that scans test against.
  func membership() -> [UInt8] {
    var table = [UInt8](repeating: 0, count: universe)
    switch form {
    case .none: break
    case .all: for index in table.indices { table[index] = 1 }
    case .one(let code): table[Int(code)] = 1
    case .several(let codes): for code in codes { table[Int(code)] = 1 }
    }
    return table
  }
}
