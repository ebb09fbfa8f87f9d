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

  /// Puts everything that waits on disk, in the order in which it came.
  func commit() throws(StoreError) {
    guard !queue.isEmpty || !events.isEmpty else { return }
    var batch = LogWriter.Batch()
    batch.events = events
    var judging = histories
    for record in queue {
      switch record {
      case .meter(let identity, let seen): _ = try key(of: identity, seen: seen)
      case .sample(let sample, let identity):
        batch.samples.append((try key(of: identity, seen: sample.arrival), sample))
      case .registers(let snapshot, let identity):
        let meter = try key(of: identity, seen: snapshot.arrival)
        if let last = judging[meter]?.last, last.arrival < snapshot.arrival {
        } else {
          // First of this meter, or time runs backwards: what came before it stands in the log.
          try append(&batch)
          judging[meter] = History(
            last: try writer.lastSnapshot(of: meter, before: snapshot.arrival),
            accepted: try writer.lastAcceptedSnapshot(of: meter, before: snapshot.arrival))
        }
        batch.registers.append((meter, judge(snapshot, with: &judging[meter, default: History()])))
      case .reject(let reject): batch.rejects.append((input, reject))
      }
    }
    try append(&batch)
    histories = judging
    queue.removeAll(keepingCapacity: true)
    events.removeAll()
    registersWait = false
  }

  private func append(_ batch: inout LogWriter.Batch) throws(StoreError) {
    guard !batch.isEmpty else { return }
    result += try writer.append(batch)
    batch = LogWriter.Batch()
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
