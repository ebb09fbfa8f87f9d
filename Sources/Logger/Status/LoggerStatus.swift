import Metering

/// What a running logger says of itself: the first line of its feed, and the screen of `status`.
///
/// All counts are since the start of the process.
struct LoggerStatus: Hashable, Sendable, Codable {
  /// Of the program.
  var version: String
  /// When the process started, by the host's clock.
  var started: UTCTime
  /// As of when all of this is, by the logger, which bridges steps of the host's clock.
  var time: UTCTime
  /// The same moment in milliseconds since the computer was started.
  var uptime: Int64
  var database: Database
  /// Records that wait for their commit.
  var waiting = 0
  /// Samples that were given up for want of room.
  var dropped = 0
  /// What is wrong now and was told; empty when nothing is.
  var alarms: [Alarm] = []
  var inputs: [Input] = []

  struct Database: Hashable, Sendable, Codable {
    var path: String
    /// With its write-ahead log; nil where it cannot be asked for.
    var octets: Int64?
    /// What is left on its disk.
    var freeOctets: Int64?
    /// Octets that the process has written to disk, as a rate; nil until there is enough to tell.
    var writtenPerDay: Int64?
    /// When the last copy was made: the log knows, and whoever asks reads it there.
    var lastBackup: UTCTime?
  }

  struct Alarm: Hashable, Sendable, Codable {
    /// A word for programs.
    var name: String
    var since: UTCTime
    /// What is wrong and what a person can do.
    var text: String
  }

  struct Input: Hashable, Sendable, Codable {
    /// As in the settings.
    var name: String
    /// `/dev/ttyUSB0`, `192.0.2.7:2001`.
    var source: String
    /// `LinkState.name`.
    var state: String
    /// What is wrong with the line, and what a person can do; nil when nothing is.
    var advice: String?
    /// The serial line in use, `2400 8N1`, with its port where the settings name none; nil for what is none.
    var line: String?
    var meter: Meter?
    /// When the newest message came, and the newest reading of the registers.
    var lastMessage: UTCTime?
    var lastRegister: UTCTime?
    var counts = Counts()
    /// The meter's clock less the host's, seconds, at the newest message with a clock; nil where none is sent.
    var clockOffset: Int64?
  }

  struct Meter: Hashable, Sendable, Codable {
    var number: String
    var maker: String
    var type: String
  }

  struct Counts: Hashable, Sendable, Codable {
    var messages = 0
    /// By stage.
    var rejects: [String: Int] = [:]
    /// Octets outside any frame.
    var noise: Int64 = 0
    /// Messages without a check sequence.
    var unchecked = 0
    /// Messages with elements that no layout knows.
    var unknown = 0

    var rejected: Int { rejects.values.reduce(0) { $0 &+ $1 } }
  }
}

extension LoggerStatus.Input {
  /// Whether messages come, or are not missed yet.
  var isWell: Bool { state == LinkState.good.name || state == LinkState.opening.name }

  /// The path of its serial port, where it has one and it is known: where the settings name none, that of `line`.
  var port: String? {
    let found = line.flatMap { line in line.firstRange(of: " at ").map { String(line[..<$0.lowerBound]) } }
    return [source, found].compactMap(\.self).first { $0.hasPrefix("/dev/") }
  }
}

extension LoggerStatus.Counts {
  init(_ counts: Pipeline.Counts) {
    self.init(
      messages: counts.messages,
      rejects: Dictionary(uniqueKeysWithValues: counts.rejects.map { ($0.key.rawValue, $0.value) }),
      noise: counts.noise, unchecked: counts.unchecked, unknown: counts.unknown)
  }
}

extension LoggerStatus.Meter {
  init(_ meter: MeterIdentity) {
    self.init(number: meter.id, maker: meter.maker.rawValue, type: meter.type)
  }
}
