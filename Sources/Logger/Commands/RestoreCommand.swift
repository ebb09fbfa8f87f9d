import ArgumentParser
import Metering
import Store

/// `restore`: a backup in the place of the log.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Check a backup, and put it in the place of the log.",
    discussion: """
      The logger must be stopped. The present log is kept beside the new one, as ams.sqlite.replaced-20260115T130000Z; what it has
      and the backup has not can be logged again from captures with `replay`. A backup that is damaged is refused.
      """)

  @Option(name: .customLong("from"), help: ArgumentHelp("The backup.", valueName: "file"))
  var backup: String

  @Option(help: "The SQLite file.")
  var database = "ams.sqlite"

  func run() throws {
    let result = try Backup.restore(from: backup, to: database, now: HostClock.now())
    let counts = result.counts
    print(
      "\(database): \(counted(counts.meters, "meter")), \(counted(counts.registers, "register reading")), "
        + "\(counted(counts.samples, "sample")), \(counts.octets / 1024) KiB, checked and put back")
    if let kept = result.kept { print("the log before it is kept as \(kept)") }
  }
}
