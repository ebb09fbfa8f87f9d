import ArgumentParser
import Metering
import Simulator

struct MetersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meters", abstract: "List the meters that can be simulated.")

  func run() {
    let width = MeterModel.all.map(\.name.count).max() ?? 0
    for model in MeterModel.all {
      let name = model.name + String(repeating: " ", count: width - model.name.count)
      print("\(name)  \(model.identity.type), number \(model.identity.id): \(model.summary)")
    }
  }
}
