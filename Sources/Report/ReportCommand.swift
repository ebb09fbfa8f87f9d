import ArgumentParser

@main
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ams-report")
}
