import ArgumentParser
import Metering
import Store

/// `check`: whether the log is whole, and whether what is derived from the samples follows from them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the log; with --rebuild, make what is derived anew.",
    discussion: """
      Looks for damage in the file. With --rebuild the rollups of quarter hours are made anew from the samples; the
      logger must be stopped. Nothing but damage or a fault of this program changes any of them.
      Exit code 1: some were other than they should be, and are right now. 2: the file is damaged.
      """)

  @Option(help: "The SQLite file.")
  var database = "ams.sqlite"

  @Flag(help: "Make the rollups anew.")
  var rebuild = false

  func run() throws {
    let faults = try LogReader(path: database).integrityFaults()
    guard faults.isEmpty else { throw DamagedLog(path: database, faults: faults) }
    print("\(database): no damage found")
    guard rebuild else { return }
    let writer = try LogWriter(path: database)
    let result = try writer.rebuildRollups()
    try writer.close()
    print("\(counted(result.rollups, "rollup")) made anew, \(result.changed) changed")
    if result.changed > 0 { throw ExitCode(1) }
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
