internal import TrailEngine
internal import TrailText

/// How much memory the program may have before it takes in no more events.
package enum MemoryLimit: Hashable, Sendable {
  /// A share of what the machine has, or of what its control group allows.
  case auto
  case chosen(bytes: Int)

  /// The share of `auto`, as a fraction.
  private static let autoShare = (numerator: 3, denominator: 4)
  /// The smallest that can be chosen: the program itself needs some of it.
  package static let least = 64_000_000
  private static let units: [(name: String, bytes: Int)] = [
    ("t", 1_000_000_000_000), ("g", 1_000_000_000), ("m", 1_000_000),
  ]

  /// Reads `auto`, `8G`, `8GB`, `500M`, or a number of bytes, in any letter case; `nil` for anything else.
  package init?(_ text: String) {
    let text = text.lowercased()
    if text == "auto" {
      self = .auto
      return
    }
    var digits = text.hasSuffix("b") ? text.dropLast() : text[...]
    var factor = 1
    if let unit = Self.units.first(where: { digits.hasSuffix($0.name) }) {
      factor = unit.bytes
      digits.removeLast()
    }
    guard let amount = Double(digits), amount.isFinite, amount > 0 else { return nil }
    let bytes = amount * Double(factor)
    guard bytes >= Double(Self.least), bytes < Double(Int.max) else { return nil }
    self = .chosen(bytes: Int(bytes))
  }

  package var bytes: Int {
    switch self {
    case .auto:
      ProcessMemory.machineBytes() / Self.autoShare.denominator * Self.autoShare.numerator
    case .chosen(let bytes): bytes
    }
  }

  package var text: String {
    switch self {
    case .auto: return "auto"
    case .chosen(let bytes):
      for unit in Self.units where bytes.isMultiple(of: unit.bytes) {
        return "\(bytes / unit.bytes)\(unit.name.uppercased())"
      }
      return String(bytes)
    }
  }

  /// The error for an import that stopped at the limit.
  func refusal(of report: ImportReport) -> Diagnostics {
    let rest = NumberText.counted(report.filesBeyondMemory, "file")
    return Diagnostics(
      Diagnostic(
        Self.code,
        "the memory limit of \(NumberText.bytes(bytes)) is reached: \(rest) not read to the end; what was read is kept",
        notes: advice))
  }

  /// The error for calls that would go beyond the limit; `nil` while there is room.
  ///
  /// - Complexity: a small read from the system: ask once every thousand calls or so.
  func refusalOfCalls() -> Diagnostics? {
    guard let resident = ProcessMemory.residentBytes(), resident >= bytes else { return nil }
    return Diagnostics(
      Diagnostic(
        Self.code,
        "the memory limit of \(NumberText.bytes(bytes)) is reached: no more calls are simulated",
        notes: advice))
  }

  static let code: DiagnosticCode = "memory-limit"

  private var advice: [String] {
    switch self {
    case .auto: ["that is three quarters of this machine's memory; `set memory SIZE` allows more"]
    case .chosen(let bytes):
      ["`set memory \(Self.chosen(bytes: bytes / 500_000 * 1_000_000).text)` allows twice as much"]
    }
  }
}
