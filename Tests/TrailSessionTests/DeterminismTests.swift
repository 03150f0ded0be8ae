import Testing
import TrailTestSupport

@testable import TrailSession

/// The real program gives the same bytes for the same script, and others for another seed: Swift's dictionaries have
/// another order in each process.
@Suite struct DeterminismTests {
  /// Trails, traffic, Insights, rules with all kinds of targets, alarms, a story, and all that shows them.
  private static let script = #"""
    define bucket logs
    define loggroup audit
    define topic ops; define queue jobs; define queue dead
    define trail main to s3://logs logs audit notify ops
    select main data s3 all
    enable insights on main rate errors
    define filters cis notify ops
    define user mallory
    define rule users on '{"detail": {"eventName": ["CreateUser"]}}' do print do send jobs
    define rule dead on '{"detail": {"eventName": ["CreateUser"]}}' do notify nowhere dead-letter dead
    define rule unusual on '{"detail-type": ["AWS Insight via CloudTrail"]}' do print do notify ops
    define rule hourly schedule 'rate(8 hours)' do print
    traffic 8d at 0.1/min
    simulate iam:CreateUser userName=u{n} as mallory x 40 every 1s
    simulate iam:DeleteUser userName=u1 as root
    advance 1h
    scenario run any hidden in 12h of traffic at 0.05/min
    scenario show; scenario solve
    timeline since 2d; insights; list rules; show rule users; list alarms; list queues; list keys
    events | count by user, name; calls | top 20 ip; delivered main | count by service
    ls s3://logs; receive dead; inbox ops all
    output ndjson
    events since 2h; calls | limit 50
    """#

  private func run(seed: Int) throws -> TrailqRun {
    let folder = try TemporaryFolder()
    return try TrailqRun(["-q", "-c", "set seed \(seed)\n" + Self.script], in: folder)
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let first = try run(seed: 7)
    #expect(first.status == 0, "\(first.messages)")
    #expect(!first.messages.contains("error["), "\(first.messages)")
    let again = try run(seed: 7)
    #expect(first.output == again.output)
    #expect(first.messages == again.messages)
    let other = try run(seed: 8)
    #expect(other.status == 0, "\(other.messages)")
    #expect(first.output != other.output)
  }
}
