import Metering
import Store

/// What a log tells of its logger when none answers.
struct StoredStatus: Hashable, Sendable, Codable {
  var path: String
  /// With its write-ahead log; nil where there is none.
  var octets: Int64?
  var freeOctets: Int64?
  /// Damaged logs that were set aside.
  var damaged: [String]
  /// The process that writes to the log without answering; nil when none does.
  var writer: Int32?
  /// When the last copy was made.
  var lastBackup: UTCTime?
  /// Why the log cannot be read; nil when it can.
  var fault: String?
  var meters: [Meter] = []
  /// The newest events, newest last.
  var events: [Event] = []
  /// Of the last day, by stage.
  var rejects: [String: Int] = [:]

  struct Meter: Hashable, Sendable, Codable {
    var number: String
    var maker: String
    var type: String
    var input: String
    /// The arrival of its newest message.
    var lastMessage: UTCTime
    /// The newest boundary that energy is computed from.
    var lastRegister: UTCTime?
  }

  struct Event: Hashable, Sendable, Codable {
    var time: UTCTime
    var kind: String
    var text: String
  }

  private static let mostEvents = 5

  /// Reads the log as far as it can be read.
  init(of files: LogFiles, now: UTCTime) {
    path = files.database
    octets = files.octets
    freeOctets = FileSystem.free(at: files.folder)
    damaged = files.damaged
    writer = LogWriterProcess.holder(of: files)
    do throws(StoreError) {
      try read(now: now)
    } catch {
      fault = "\(error)"
    }
  }

  private mutating func read(now: UTCTime) throws(StoreError) {
    let log = try LogReader(path: path)
    lastBackup = try log.lastBackup()
    for meter in try log.meters() where !meter.isReplaced {
      let identity = meter.identity
      meters.append(
        Meter(
          number: identity.id, maker: identity.maker.rawValue, type: identity.type, input: meter.input,
          lastMessage: meter.lastSeen, lastRegister: try log.snapshotSpan(of: meter.key)?.last))
    }
    events = try log.events(newest: StoredStatus.mostEvents).map {
      Event(time: $0.time, kind: $0.kind.rawValue, text: $0.text)
    }
    for (_, reject) in try log.rejects() where reject.arrival > now - .hours(24) {
      rejects[reject.stage.rawValue, default: 0] += 1
    }
  }

  /// One line of JSON, of the type `log`.
  var json: String { jsonLine(Typed(type: "log", body: self)) }
}
