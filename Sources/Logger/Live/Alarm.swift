import Glibc
import Logging
import Metering

/// What is wrong with the logging, as one word for each fault, with when it began.
///
/// An alarm is told when it begins and when it ends: in the messages, as an event, and to a command of the user's. It stays as
/// long as its fault does, and never repeats itself.
struct Alarms {
  struct Alarm: Hashable, Sendable {
    /// `silent:main`, `database`, `refused`, `disk`, `clock`, `hangs:main`, `damaged`
    let name: String
    let text: String
    let since: UTCTime
  }

  private(set) var standing: [Alarm] = []
  private var command: AlarmCommand?
  private let messages = Logging.Logger(label: "ams-logger")

  var isCommandRunning: Bool { command?.isRunning ?? false }

  /// - Parameter told: the alarms of the log, in order: those that have not ended still stand.
  init(command: String?, told: [Metering.LogEvent] = []) {
    self.command = command.map(AlarmCommand.init)
    for event in told where event.kind == .alarm {
      if let name = Alarms.ended(event.text) {
        standing.removeAll { $0.name == name }
      } else if let end = event.text.firstRange(of: ": ") {
        let name = String(event.text[..<end.lowerBound])
        standing.removeAll { $0.name == name }
        standing.append(Alarm(name: name, text: String(event.text[end.upperBound...]), since: event.time))
      }
    }
  }

  private static let end = " is over"

  private static func ended(_ text: String) -> String? { text.hasSuffix(end) ? String(text.dropLast(end.count)) : nil }

  func stands(_ name: String) -> Bool { standing.contains { $0.name == name } }

  /// Takes what is wrong now, by name, and tells what is new of it.
  mutating func update(_ faults: [(name: String, text: String)], at time: UTCTime) -> [Metering.LogEvent] {
    var events: [Metering.LogEvent] = []
    for (name, text) in faults where !standing.contains(where: { $0.name == name }) {
      standing.append(Alarm(name: name, text: text, since: time))
      messages.error("alarm \(name): \(text)")
      events.append(LogEvent(time: time, kind: .alarm, text: "\(name): \(text)"))
      command?.run(name, "raised", text)
    }
    for alarm in standing where !faults.contains(where: { $0.name == alarm.name }) {
      messages.notice("alarm \(alarm.name) is over")
      events.append(LogEvent(time: time, kind: .alarm, text: alarm.name + Alarms.end))
      command?.run(alarm.name, "cleared", alarm.text)
    }
    standing.removeAll { alarm in !faults.contains { $0.name == alarm.name } }
    command?.reap()
    return events
  }
}

/// The user's command for alarms: run by the shell, with what happened in its environment. Nothing ever waits for it.
///
///     AMS_ALARM=silent:main  AMS_STATE=raised | cleared  AMS_TEXT="no message for 15 min; ..."
struct AlarmCommand {
  let command: String
  /// More at once, and the command hangs: it is not run again until one of them has ended.
  private static let mostRunning = 8
  private var running: Set<pid_t> = []

  var isRunning: Bool { !running.isEmpty }

  init(_ command: String) { self.command = command }

  mutating func run(_ name: String, _ state: String, _ text: String) {
    reap()
    guard running.count < AlarmCommand.mostRunning else {
      tell("the alarm command hangs: not run for \(name)")
      return
    }
    var environment = ["AMS_ALARM=\(name)", "AMS_STATE=\(state)", "AMS_TEXT=\(text)"]
    var place = environ
    while let variable = place.pointee {
      let setting = String(cString: variable)
      if !setting.hasPrefix("AMS_") { environment.append(setting) }
      place += 1
    }
    // The meter's octets may come from standard input: they are not for the command.
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    var child = pid_t()
    let code = withStrings(["/bin/sh", "-c", command]) { arguments in
      withStrings(environment) { variables in posix_spawn(&child, "/bin/sh", &actions, nil, arguments, variables) }
    }
    if code == 0 { running.insert(child) } else { tell("the alarm command cannot be run: \(SystemError(code))") }
  }

  /// Takes note of those that have ended.
  mutating func reap() {
    running = running.filter { waitpid($0, nil, WNOHANG) == 0 }
  }

  private func withStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { buffer in
      // Never empty: its last element is nil.
      guard let start = buffer.baseAddress else { preconditionFailure("an array with an element has an address") }
      return body(start)
    }
  }
}
