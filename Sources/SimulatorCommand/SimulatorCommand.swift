import ArgumentParser

@main
struct SimulatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ams-simulator")
}
