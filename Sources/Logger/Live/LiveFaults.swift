import Metering

/// What is wrong with the logging at one moment, under the names of its alarms.
struct LiveFaults {
  private(set) var all: [(name: String, text: String)] = []

  /// An input that has made no step for so long hangs. Opening a TCP connection may take some seconds.
  static let longestStep = TimeSpan.seconds(45)

  static func hangs(_ input: InputView.Snapshot, at uptime: TimeSpan) -> Bool {
    input.ending == nil && uptime - input.alive >= longestStep
  }

  /// - Parameter patience: an input without a message for so long is silent.
  mutating func add(_ input: InputView.Snapshot, named name: String, at uptime: TimeSpan, patience: TimeSpan) {
    guard input.ending == nil else { return }
    if LiveFaults.hangs(input, at: uptime) { add("hangs:\(name)", "its port or driver has not answered for a minute") }
    if uptime - input.heard >= patience {
      add("silent:\(name)", input.state.advice ?? "no message for \(patience.milliseconds / 60_000) min")
    }
  }

  /// - Parameters:
  ///   - refusing: for how long the database has taken nothing.
  ///   - refused: records that were laid aside.
  ///   - damage: what housekeeping has met.
  mutating func addDatabase(refusing: TimeSpan?, waiting: Int, refused: Int, damage: String?) {
    if let damage {
      add("database", damage)
    } else if let refusing, refusing >= .minutes(1) {
      add("database", "the database has taken nothing for a minute; \(waiting) records wait")
    }
    if refused > 0 { add("refused", "the database refuses \(counted(refused, "record")); the others are logged") }
  }

  mutating func addLowDisk(megabytes: Int, beside database: String) {
    add("disk", "less than \(megabytes) MB are free beside \(database): only registers are written")
  }

  mutating func addSetAside(_ path: String) {
    add(
      "damaged",
      "a damaged log was set aside as \(path): what could be read of it is in the new one. Move it away to end this")
  }

  mutating func addUnsetClock() {
    add("clock", "the clock of the computer is not set: rows wait for a time server or the meter's clock")
  }

  private mutating func add(_ name: String, _ text: String) { all.append((name, text)) }
}
