import ArgumentParser
import Glibc
import Store

/// `ams-logger`: octets of a meter in, a log in SQLite out.
@main
struct LoggerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ams-logger",
    abstract: "Logs an electricity meter with a customer port (HAN, P1) to SQLite.",
    discussion: """
      Exit codes: 0 complete; 1 done, but with warnings that matter; 2 could not do it; 64 wrong usage.
      Data goes to standard output, messages to standard error.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, ReplayCommand.self, DecodeCommand.self, RecordCommand.self, MetersCommand.self, SetCommand.self,
      CheckCommand.self, BackupCommand.self, RestoreCommand.self, StatusCommand.self, DoctorCommand.self,
      TailCommand.self,
    ])

  static func main() {
    MessageLog.begin()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as any Advice {
      tell("\(error)")
      Glibc.exit(2)
    } catch {
      exit(withError: error)
    }
  }
}

/// Writes a sentence for the user to standard error; to the journal, as an error.
func tell(_ sentence: String) {
  let text = MessageLog.hasJournal() ? "<3>\(sentence)\n" : "ams-logger: \(sentence)\n"
  _ = write(STDERR_FILENO, text, text.utf8.count)
}

/// An error whose text says where, what, and what to do. It ends the program with exit code 2.
protocol Advice: Error, CustomStringConvertible {}

extension StoreError: Advice {}
extension InputError: Advice {}
extension CaptureError: Advice {}
extension SystemError: Advice {}

/// A setting that cannot be.
struct SettingError: Advice {
  let description: String
}
