import Metering

/// Asks the logger of a log how it does.
enum StatusSource {
  /// A logger answers within a thousandth of this.
  static let patience = TimeSpan.seconds(5)

  /// Errors: `nobody` when none runs; `noAnswer` when it hangs or is of another release.
  static func ask(_ path: String, unless stop: Stop, patience: TimeSpan = patience) throws(FeedError) -> LoggerStatus {
    var client = try FeedClient(path: path)
    guard case .line(let line) = try client.next(unless: stop, upTo: patience) else {
      throw FeedError(.noAnswer, path, "the logger does not answer", advice: "restart it, and look into its log")
    }
    guard let status = LoggerStatus(json: line) else {
      throw FeedError(
        .noAnswer, path, "the logger says what this program does not understand",
        advice: "use the `ams-logger` of the same release")
    }
    return status
  }
}

extension LoggerStatus {
  /// The time by the clock of the logger, now that the computer has run for so long.
  func now(at sinceBoot: TimeSpan = HostClock.sinceBoot()) -> UTCTime {
    time + TimeSpan(milliseconds: sinceBoot.milliseconds - uptime)
  }
}
