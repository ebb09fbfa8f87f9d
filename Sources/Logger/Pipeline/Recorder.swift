import Energy
import Metering
import Store

/// Takes the records of a pipeline to the log: finds each meter's row, judges registers, appends all in one transaction.
///
/// Records wait here until `commit`, and stay here when it fails, so that a locked or full disk loses nothing at once. A
/// register must not wait: `isUrgent` says so (law 8).
final class Recorder {
  private let writer: LogWriter
  private let input: String
  private var queue: [Pipeline.Record] = []
  private var events: [LogEvent] = []
  private var registersWait = false
  private var keys: [MeterIdentity: Int64] = [:]
  private var histories: [Int64: History] = [:]
  /// What was appended since the start.
  private(set) var result = AppendResult()

  /// The latest readings of a meter that this process has judged.
  private struct History {
    var last: RegisterSnapshot?
    var accepted: RegisterSnapshot?
  }

  init(writer: LogWriter, input: String) {
    self.writer = writer
    self.input = input
  }

  var waiting: Int { queue.count }
  var isUrgent: Bool { registersWait }

  func take(_ record: Pipeline.Record) {
    queue.append(record)
    if case .registers = record { registersWait = true }
  }

  func note(_ kind: LogEvent.Kind, _ text: String, at time: UTCTime) {
    events.append(LogEvent(time: time, kind: kind, text: text))
  }

  /// Puts everything that waits on disk, in the order in which it came, in one transaction unless time runs backwards.
  ///
  /// An error leaves waiting what is not on disk.
  func commit() throws(StoreError) {
    var start = 0
    defer { queue.removeFirst(start) }
    while start < queue.count || !events.isEmpty {
      var part = Part(end: start, histories: histories)
      part.batch.events = events
      try fill(&part)
      if !part.batch.isEmpty { result += try writer.append(part.batch) }
      start = part.end
      histories = part.histories
      events.removeAll()
    }
    registersWait = false
  }

  /// What one transaction takes from the queue.
  private struct Part {
    var batch = LogWriter.Batch()
    /// The first record that is not in it.
    var end: Int
    /// What will hold once it is on disk.
    var histories: [Int64: History]
  }

  /// Takes records into a part, up to one that can be judged only when those before it stand in the log.
  private func fill(_ part: inout Part) throws(StoreError) {
    while part.end < queue.count {
      switch queue[part.end] {
      case .meter(let identity, let seen): _ = try key(of: identity, seen: seen)
      case .sample(let sample, let identity):
        part.batch.samples.append((try key(of: identity, seen: sample.arrival), sample))
      case .registers(let snapshot, let identity):
        let meter = try key(of: identity, seen: snapshot.arrival)
        let isNext = part.histories[meter]?.last.map { $0.arrival < snapshot.arrival } ?? false
        if !isNext {
          // The first of this meter, or time runs backwards: the log knows what came before it.
          guard !part.batch.registers.contains(where: { $0.meter == meter }) else { return }
          part.histories[meter] = History(
            last: try writer.lastSnapshot(of: meter, before: snapshot.arrival),
            accepted: try writer.lastAcceptedSnapshot(of: meter, before: snapshot.arrival))
        }
        part.batch.registers.append((meter, judge(snapshot, with: &part.histories[meter, default: History()])))
      case .reject(let reject): part.batch.rejects.append((input, reject))
      }
      part.end += 1
    }
  }

  private func key(of identity: MeterIdentity, seen: UTCTime) throws(StoreError) -> Int64 {
    if let key = keys[identity] { return key }
    let key = try writer.meterKey(for: identity, input: input, seen: seen)
    keys[identity] = key
    return key
  }

  private func judge(_ snapshot: RegisterSnapshot, with history: inout History) -> RegisterSnapshot {
    var judged = snapshot
    judged.verdict = snapshot.judged(after: history.last, lastAccepted: history.accepted)
    history.last = judged
    if judged.verdict == .accepted { history.accepted = judged }
    return judged
  }
}
