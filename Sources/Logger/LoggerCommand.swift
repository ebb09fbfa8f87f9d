import ArgumentParser

@main
struct LoggerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ams-logger")
}
