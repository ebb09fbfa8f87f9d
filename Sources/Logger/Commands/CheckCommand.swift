import ArgumentParser
import Metering
import Store

/// `check`: whether the log is whole, and whether what is derived from the samples follows from them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the log; with --rebuild, make what is derived anew.",
    discussion: """
      Looks for damage in the file: SQLite's own check, and the digests by which the logger seals each day when it is two days
      old. They find what a disk has changed, and the meter, the day (UTC) and the table of it are named. With --rebuild all that is derived is made anew from what the meters said: rollups of
      quarter hours, verdicts on readings, and the hours of the ledger; the logger must be stopped. Nothing but damage
      or a fault of this program changes any of them. With --accept rows that are other than when they were sealed are taken as they
      are, which an event in the log tells: the logger, which may run meanwhile, seals them anew.
      Exit code 1: rows are other than when they were sealed, or than they should be (after --rebuild these are right). 2: the
      file is damaged.
      """)

  @OptionGroup var log: LogOptions

  @Flag(help: "Make all that is derived anew.")
  var rebuild = false

  @Flag(help: "Take rows that are other than when they were sealed as they are.")
  var accept = false

  func validate() throws {
    guard !(rebuild && accept) else {
      throw ValidationError("--rebuild and --accept are two steps: what can be made anew need not be accepted")
    }
  }

  func run() throws {
    let faults = try LogReader.integrityFaults(path: log.database)
    guard faults.isEmpty else { throw DamagedLog(path: log.database, faults: faults) }
    let report = try LogReader.checkDigests(path: log.database)
    for fault in report.faults { print("\(log.database): \(fault.text)") }
    if report.faults.isEmpty {
      print(
        "\(log.database): no damage found; \(counted(report.days, "sealed day")) as \(report.days == 1 ? "it was" : "they were")"
      )
    }
    if accept {
      guard !report.faults.isEmpty else { return }
      try report.accept(path: log.database, at: HostClock.now())
      print("\(log.database): accepted as they are; the logger seals them anew")
      return
    }
    // What is derived can be made anew, but not from facts that are damaged.
    guard rebuild, report.faults.allSatisfy(\.isDerived) else {
      if report.faults.isEmpty { return }
      tell(Self.advice(report.faults))
      throw ExitCode(1)
    }
    let writer = try LogWriter(path: log.database, zone: try log.zone())
    let result = try writer.rebuild()
    try writer.close()
    print("\(counted(result.rollups, "rollup")) made anew, \(result.rollupsChanged) changed")
    print("\(counted(result.readings, "reading")) judged anew, \(result.readingsChanged) changed")
    print("\(counted(result.hours, "hour")) made anew, \(result.hoursChanged) changed")
    if !result.isUnchanged || !report.faults.isEmpty { throw ExitCode(1) }
  }

  private static func advice(_ faults: [DigestReport.Fault]) -> String {
    faults.allSatisfy(\.isDerived)
      ? "this can be made anew from what the meters said: stop the logger, and check with --rebuild"
      : "the disk has changed rows that cannot be made anew. Keep a copy of the file, check the disk, and restore a backup "
        + "if one is sound: check it in the same way. To go on with the rows as they are, check with --accept"
  }
}

/// SQLite's own check found damage.
struct DamagedLog: Error, Advice {
  let path: String
  let faults: [String]

  var description: String {
    "\(path) is damaged: \(faults.prefix(3).joined(separator: "; ")). "
      + "Stop the logger, keep a copy of the file, and restore a backup beside it."
  }
}
