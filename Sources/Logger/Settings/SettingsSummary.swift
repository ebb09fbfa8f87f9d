import Frames
import Metering

/// What settings are understood to mean, for a person.
struct SettingsSummary {
  let lines: [String]

  init(_ settings: Settings, zone: Zone) {
    var lines: [String] = []
    func line(_ name: String, _ text: String) {
      lines.append(name + String(repeating: " ", count: max(1, 18 - name.count)) + text)
    }
    line("log", "\(settings.database), times of \(zone.identifier)")
    line("commits", "registers at once, samples within \(counted(settings.commitInterval, "second"))")
    line(
      "samples",
      settings.sampleDays == 0
        ? "kept for ever" : "kept for \(counted(settings.sampleDays, "day")); registers and hours for ever")
    line("raw octets", settings.rawHours == 0 ? "not kept" : "of the last \(counted(settings.rawHours, "hour"))")
    line("newest readings", settings.socketPath.map { "at the socket \($0)" } ?? "no socket")
    line(
      "alarms",
      "after \(counted(settings.alarmAfter, "minute")) without a message, or with less than \(settings.minFree) MB free; "
        + (settings.alarmCommand.map { "the shell runs: \($0)" } ?? "no command"))
    for input in settings.inputs { line("input \(input.name)", input.summary) }
    self.lines = lines
  }
}

extension Settings {
  /// Where the socket is; nil: none is wanted.
  var socketPath: String? {
    guard let socket else { return LogFiles(database: database).socket }
    return socket.isEmpty ? nil : socket
  }
}

extension InputSettings {
  fileprivate var summary: String {
    let speed = baudrate.map { "\($0)" } ?? "2400 or 115200"
    let form = parity.map { "8\($0.rawValue)1" } ?? "8N1 or 8E1"
    let found = isSearched ? ", whichever brings messages" : ""
    let origin =
      switch source {
      case .serial(let port): "serial port \(port), \(speed) \(form)\(found)"
      case .anySerial: "any serial adapter, \(speed) \(form)\(found)"
      case .tcp(let address): "TCP \(address)"
      case .standardInput: "standard input"
      case nil: "no source"
      }
    let lists = manufacturer == .auto ? "lists of any maker" : "lists of \(manufacturer.rawValue) alone"
    let meter = meterID.map { ", meter \($0) where they name none" } ?? ""
    let keys = keyFile.map { ", keys from \($0)" } ?? ""
    return "\(origin); \(lists)\(meter)\(keys)"
  }
}
