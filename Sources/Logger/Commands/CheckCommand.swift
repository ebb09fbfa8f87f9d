import ArgumentParser
import Metering
import Store

/// `check`: whether the log is whole, and whether what is derived from the samples follows from them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the log; with --rebuild, make what is derived anew.",
    discussion: """
      Looks for damage in the file. With --rebuild all that is derived is made anew from what the meters said: rollups of
      quarter hours, verdicts on readings, and the hours of the ledger; the logger must be stopped. Nothing but damage
      or a fault of this program changes any of them.
      Exit code 1: some were other than they should be, and are right now. 2: the file is damaged.
      """)

  @OptionGroup var log: LogOptions

  @Flag(help: "Make all that is derived anew.")
  var rebuild = false

  func run() throws {
    let faults = try LogReader.integrityFaults(path: log.database)
    guard faults.isEmpty else { throw DamagedLog(path: log.database, faults: faults) }
    print("\(log.database): no damage found")
    guard rebuild else { return }
    let writer = try LogWriter(path: log.database, zone: try log.zone())
    let result = try writer.rebuild()
    try writer.close()
    print("\(counted(result.rollups, "rollup")) made anew, \(result.rollupsChanged) changed")
    print("\(counted(result.readings, "reading")) judged anew, \(result.readingsChanged) changed")
    print("\(counted(result.hours, "hour")) made anew, \(result.hoursChanged) changed")
    if !result.isUnchanged { throw ExitCode(1) }
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
