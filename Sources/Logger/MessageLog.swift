import Glibc
import Logging
import Metering

/// What the program has to say while it runs, a line each on standard error.
///
/// In systemd's journal a line has its priority instead of a time, which the journal has itself (sd-daemon(3)), so that
/// `journalctl -p warning` finds what is wrong.
struct MessageLog: LogHandler {
  var logLevel = Logging.Logger.Level.info
  var metadata: Logging.Logger.Metadata = [:]
  /// Whether standard error is the journal.
  let isJournal: Bool

  subscript(metadataKey key: String) -> Logging.Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Makes this what all messages go through.
  static func begin() {
    let isJournal = hasJournal()
    LoggingSystem.bootstrap { _ in MessageLog(isJournal: isJournal) }
  }

  func log(event: Logging.LogEvent) {
    MessageLog.write(line("\(event.message)", event.level, at: HostClock.now()))
  }

  func line(_ text: String, _ level: Logging.Logger.Level, at time: UTCTime) -> String {
    // A line is one message, whatever a driver or a server has said.
    let text = String(text.map { $0.isNewline ? " " : $0 })
    return isJournal ? "<\(level.priority)>\(text)\n" : "\(time.iso8601) \(level): \(text)\n"
  }

  /// In one piece: threads do not tear each other's lines.
  private static func write(_ line: String) { _ = Glibc.write(STDERR_FILENO, line, line.utf8.count) }

  /// Whether `JOURNAL_STREAM` names the device and inode of standard error; after a redirection it names another's.
  static func hasJournal(
    _ environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } },
    descriptor: Int32 = STDERR_FILENO
  ) -> Bool {
    var info = stat()
    return fstat(descriptor, &info) == 0 && environment("JOURNAL_STREAM") == "\(info.st_dev):\(info.st_ino)"
  }
}

extension Logging.Logger.Level {
  /// Of syslog(3).
  fileprivate var priority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
