internal import TrailRecord

/// An element of an array that holds fields: which array, and inside which other element.
struct ArrayElement {
  var array: Int
  /// The element around it, or -1.
  var parent: Int
  /// Where the array stands among the paths.
  var node: Int
}

/// A value that stands in a field, and the innermost element of an array around it (-1: none).
struct FieldOccurrence {
  var value: FieldValue
  var element: Int
}

/// What an event has in the places that patterns ask about.
///
/// The values of an array are values of its field; the fields of the objects in an array belong to the element
/// that they stand in. An empty array is nothing, and so is an object where a value is asked for.
struct EventFields {
  /// By node of the path tree.
  private(set) var occurrences: [[FieldOccurrence]]
  private(set) var elements: [ArrayElement] = []
  /// Nodes at which the event has an object.
  private(set) var objects: Set<Int> = []
  private var arrays = 0

  init(of event: JSONValue, in tree: PathTree) {
    occurrences = Array(repeating: [], count: tree.count)
    guard case .object = event else { return }
    var work: [Place] = [Place(value: event, node: PathTree.root, element: -1)]
    while let place = work.popLast() { visit(place, tree, &work) }
  }

  /// A value still to be looked at.
  private struct Place {
    var value: JSONValue
    var node: Int
    var element: Int
  }

  private mutating func visit(_ place: Place, _ tree: PathTree, _ work: inout [Place]) {
    switch place.value {
    case .object(let members):
      objects.insert(place.node)
      guard tree.hasChildren(place.node) else { return }
      for member in members.reversed() {
        guard let node = tree.node(below: place.node, named: member.name) else { continue }
        work.append(Place(value: member.value, node: node, element: place.element))
      }
    case .array(let values):
      let array = arrays
      arrays += 1
      // The last first, because what is pushed last is looked at first.
      for value in values.reversed() {
        let isScalar = !value.isContainer
        if !isScalar {
          elements.append(ArrayElement(array: array, parent: place.element, node: place.node))
        }
        let element = isScalar ? place.element : elements.count - 1
        work.append(Place(value: value, node: place.node, element: element))
      }
    case .string(let text): add(.string(text), place)
    case .number(let spelling): add(.number(spelling), place)
    case .bool(let flag): add(.bool(flag), place)
    case .null: add(.null, place)
    }
  }

  private mutating func add(_ value: FieldValue, _ place: Place) {
    occurrences[place.node].append(FieldOccurrence(value: value, element: place.element))
  }
}

extension JSONValue {
  fileprivate var isContainer: Bool {
    switch self {
    case .object, .array: true
    default: false
    }
  }
}
