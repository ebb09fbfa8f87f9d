import ArgumentParser
import Energy
import Metering
import Store

/// `set`: what the user knows of a meter and its lists do not say.
struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Say what the lists of a meter do not, and make its hours anew.",
    discussion: """
      clock-base         normal (normal time all year) or civil (with summer time)
      register-latch     full_hour or sending: when the registers of an hourly list are read
      register-lists     hourly or every_list
      register-scale     -3 to 6: Wh = register × 10^scale, for lists that do not say
      transformer-ratio  1 to 10000: what flows for each unit that the meter counts; --from says since when
      maximum-power      W: registers that grow faster are not believed

      What is set counts alone; `auto` goes back to what is learned. The logger must be stopped meanwhile.
      """)

  @Argument(help: "One of the names below.", transform: SetCommand.name)
  var name: MeterFact.Name

  @Argument(help: "A value, or auto.")
  var value: String

  @Option(help: ArgumentHelp("The meter's number, or its last digits.", valueName: "number"))
  var meter: String?

  @Option(help: ArgumentHelp("Since when, for example 2026-02-01T00:00:00Z; without it, always.", valueName: "time"))
  var from: String?

  @OptionGroup var log: LogOptions

  private static func name(_ text: String) throws -> MeterFact.Name {
    guard let name = MeterFact.Name(rawValue: text.replacing("-", with: "_")) else {
      let names = MeterFact.Name.allCases.map { $0.rawValue.replacing("_", with: "-") }.joined(separator: ", ")
      throw ValidationError("\(text) is not one of \(names)")
    }
    return name
  }

  func validate() throws {
    guard value == "auto" || fact(since: MeterFact.always, now: MeterFact.always).isValid else {
      throw ValidationError("\(value) is not a value of \(name.rawValue.replacing("_", with: "-")); see --help")
    }
    if from != nil, name != .transformerRatio, name != .registerScale {
      throw ValidationError("--from is for transformer-ratio and register-scale; the others hold always")
    }
  }

  func run() throws {
    let start = try from.map { text in
      guard let time = UTCTime(iso8601: text) else {
        throw SettingError(description: "--from \(text) is no time; write it as 2026-02-01T00:00:00Z")
      }
      return time
    }
    let key = try meterKey()
    let writer = try LogWriter(path: log.database, zone: try log.zone())
    if value == "auto" {
      try writer.unset(name, of: key)
    } else {
      try writer.set(fact(since: start ?? MeterFact.always, now: HostClock.now()), of: key)
    }
    try writer.close()
    let reader = try LogReader(path: log.database)
    for meter in try reader.meters() where meter.key == key {
      for line in MetersCommand.lines(meter, try reader.knowledge(of: key)) { print(line) }
    }
  }

  private func fact(since start: UTCTime, now: UTCTime) -> MeterFact {
    MeterFact(name, value, source: .set, start: start, evidence: "set by hand", settled: now)
  }

  private func meterKey() throws -> Int64 {
    let meters = try LogReader(path: log.database).meters()
    let exact = meters.filter { $0.identity.id == meter }
    let found = exact.isEmpty ? meters.filter { meter.map($0.identity.id.hasSuffix) ?? true } : exact
    guard let only = found.first, found.count == 1 else {
      let numbers = meters.map(\.identity.id).joined(separator: ", ")
      throw SettingError(
        description: "--meter must name one meter of \(log.database), which has \(numbers.isEmpty ? "none" : numbers)")
    }
    return only.key
  }
}
