/// Looks quantities up in a report.
struct Measured {
  var report: ComparisonReport

  /// What trailq has; `nil` where it was not measured.
  func own(_ quantity: Quantity) -> Double? {
    switch quantity {
    case .zlibLoad: series(.zlib)?.loadSeconds
    case .linesLoad: series(.lines)?.loadSeconds
    case .start:
      report.startMilliseconds.isEmpty ? nil : report.startMilliseconds.median
    case .rendering: report.engines.first?.renderingMilliseconds?.median
    case .scan(let kind): scan(kind)?.milliseconds.median
    case .memory: report.engines.first.map { Double($0.residentBytes) }
    default: report.engines.first.flatMap { value(quantity, of: $0) }
    }
  }

  /// How many times what the yardstick has is what trailq has; `nil` where one of them was not measured.
  func times(_ quantity: Quantity, _ yardstick: Yardstick) -> Double? {
    switch yardstick {
    case .engine(let name): ratio(own(quantity), rival(quantity, name))
    case .fastest(let names):
      ratio(own(quantity), names.compactMap { rival(quantity, $0) }.min())
    case .input: ratio(own(quantity), Double(report.compressedBytes))
    case .limit: timesLimit(quantity)
    }
  }

  private func timesLimit(_ quantity: Quantity) -> Double? {
    switch quantity {
    case .load: series(.files)?.ratio
    case .zlibLoad: series(.zlib)?.ratio
    case .linesLoad: series(.lines)?.ratio
    case .scan(let kind):
      scan(kind)?.ratio
    default: nil
    }
  }

  private func ratio(_ own: Double?, _ other: Double?) -> Double? {
    guard let own, let other, other > 0 else { return nil }
    return own / other
  }

  private func rival(_ quantity: Quantity, _ name: String) -> Double? {
    let engine = report.engines.dropFirst().first { $0.engine == name }
    return engine.flatMap { value(quantity, of: $0) }
  }

  /// What any engine's own report says.
  private func value(_ quantity: Quantity, of engine: EngineReport) -> Double? {
    switch quantity {
    case .load, .zlibLoad: engine.loadSeconds
    case .peakMemory: Double(engine.peakBytes)
    // What a rival holds that has just opened its file is less than what it holds after a load.
    case .memory: Double(engine.openedBytes ?? engine.residentBytes)
    case .memoryPerEvent: Double(engine.residentBytes) / Double(max(1, report.events))
    case .disk: engine.diskBytes.map(Double.init)
    case .diskPerEvent: engine.diskBytes.map { Double($0) / Double(max(1, report.events)) }
    case .open: engine.openMilliseconds?.median
    case .question(let name): engine.questions[name]?.milliseconds.median
    case .linesLoad, .start, .rendering, .scan: nil
    }
  }

  private func series(_ kind: LoadSeries.Kind) -> LoadSeries? {
    report.loads?.first { $0.kind == kind && !$0.trials.isEmpty }
  }

  private func scan(_ kind: ScanTrial.Kind) -> ScanTrial? {
    report.engines.first?.scans?.first { $0.kind == kind && !$0.milliseconds.isEmpty }
  }
}
