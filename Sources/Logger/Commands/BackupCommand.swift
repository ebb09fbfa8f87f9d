import ArgumentParser
import Metering
import Store

/// `backup`: a checked copy of the log, while the logger runs.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the log, check the copy, and put it in the place of an older one.",
    discussion: """
      The logger may run meanwhile. An older copy under the same name stays until the new one has been checked and synced.
      A log in which a sealed day is not as it was never takes the place of an older copy; it can be copied to another file.
      To restore: stop the logger, and use `restore`.
      Exit code 1: copied, but a sealed day is not as it was.
      """)

  @Option(help: "The SQLite file.")
  var database = "ams.sqlite"

  @Option(help: ArgumentHelp("Where to put the copy.", valueName: "file"))
  var output: String

  func run() throws {
    let result = try Backup.make(of: database, to: output)
    print(
      "\(output): \(counted(result.meters, "meter")), \(counted(result.registers, "register reading")), "
        + "\(counted(result.samples, "sample")), \(result.octets / 1024) KiB, checked")
    do throws(StoreError) {
      try Backup.note(result, of: database, to: output, at: HostClock.now())
    } catch {
      tell("\(error) The copy is good, but `status` will not know of it.")
    }
    for fault in result.faults { tell("\(output): \(fault.text)") }
    if !result.faults.isEmpty { throw ExitCode(1) }
  }
}
