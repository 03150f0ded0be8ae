/// The numbers of the detector's rule that help tells.
package enum InsightRule {
  package static let modelDays = DetectorRule.modelDays
  package static let leastCalls = DetectorRule.leastCalls
  package static let peakDays = DetectorRule.peakDays
  package static let calmMinutes = DetectorRule.calmMinutes
  package static let usualRiseDays = DetectorRule.usualRiseDays
  package static let leastPeriods = DetectorRule.leastPeriods
  /// Of rises and of drops.
  package static let rarity = "1 in 10,000,000"
}
