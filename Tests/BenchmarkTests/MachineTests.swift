import Testing

@testable import trailq_bench

/// Who is not asked, and why: before anything is killed.
@Suite struct MachineTests {
  private func machine(
    memory: Int? = 24_000_000_000, disk: Int? = 80_000_000_000, without: String = ""
  ) -> Machine {
    Machine(freeMemory: memory, freeDisk: disk, has: { $0 != without })
  }

  @Test func aMillionFitsEverywhere() {
    for rival in Rival.allCases {
      #expect(rival.reasonToLeaveOut(events: 1_000_010, on: machine()) == nil, "\(rival)")
    }
  }

  @Test func tenMillion() {
    let events = 10_000_010
    func reason(_ rival: Rival) -> String? { rival.reasonToLeaveOut(events: events, on: machine()) }
    #expect(reason(.chdb) == "it needs 56.0 GB of memory, and 24.0 GB are free")
    #expect(reason(.polars) == "it needs 52.0 GB of memory, and 24.0 GB are free")
    #expect(reason(.duckdbMemory)?.contains("46.0 GB of memory") == true)
    #expect(reason(.jq)?.contains("reads all files for each question") == true)
    #expect(reason(.duckdb) == nil && reason(.sqlite) == nil)
    #expect(
      Rival.sqlite.reasonToLeaveOut(events: events, on: machine(disk: 20_000_000_000))
        == "it needs 35.0 GB of disk, and 20.0 GB are free")
  }

  @Test func whatTheSystemDoesNotSayIsNoReason() {
    #expect(
      Rival.chdb.reasonToLeaveOut(events: 10_000_010, on: machine(memory: nil)) == nil)
  }

  @Test func missingPrograms() {
    #expect(
      Rival.jq.reasonToLeaveOut(events: 1, on: machine(without: "jq"))
        == "there is no jq on the PATH")
    #expect(
      Rival.sqlite.reasonToLeaveOut(events: 1, on: machine(without: "python3"))
        == "there is no python3 on the PATH")
    #expect(Rival.sqlite.reasonToLeaveOut(events: 1, on: machine(without: "jq")) == nil)
  }

  @Test func endingsAreSaidInWords() {
    #expect(ChildProcess.ending(0x0200) == "ended with status 2")
    #expect(ChildProcess.ending(9) == "was killed by signal 9, perhaps for want of memory")
    #expect(ChildProcess.ending(11) == "was killed by signal 11")
  }

  @Test func programsAreNamedWithoutFolders() {
    #expect(
      ChildProcess.name("python3", ["/a/b/rival_jq.py", "--data", "/c"]) == "python3 rival_jq.py")
    #expect(
      ChildProcess.name("/a/trailq-bench", ["load", "--kind", "zlib"]) == "trailq-bench load")
    #expect(ChildProcess.name("/v/python3", ["-m", "pip", "install"]) == "python3 -m pip")
  }

  @Test func slowRivalsAreSaidToBeAskedLess() {
    var report = Reports.million()
    #expect(RunCounts(report: report).sentence == nil)
    report.engines[1].questions["Q1"]?.milliseconds = [30_000]
    report.engines[1].questions["Q4"]?.milliseconds = [9_000, 9_000, 9_000]
    report.engines[2].questions["Q1"]?.milliseconds = [30_000]
    #expect(
      RunCounts(report: report).sentence?.hasSuffix(
        "duckdb (2 questions, 1 to 3 times), chdb (1 question, once).") == true)
  }
}
