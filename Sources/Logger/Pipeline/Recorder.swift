import Energy
import Metering
import Store

/// Takes the records of a pipeline to the log: finds each meter's row, judges registers, batches, commits.
///
/// Samples wait up to the commit interval; a register is committed as soon as it is decoded (law 8).
final class Recorder {
  private let writer: LogWriter
  private let input: String
  private var batch = LogWriter.Batch()
  private var keys: [MeterIdentity: Int64] = [:]
  private var histories: [Int64: History] = [:]
  private var hasRegister = false
  private(set) var result = AppendResult()

  /// A batch that grows beyond this is committed whatever the interval: memory stays bounded.
  private static let largestBatch = 10_000

  /// The latest readings of a meter that this process has judged.
  private struct History {
    var last: RegisterSnapshot?
    var accepted: RegisterSnapshot?
  }

  init(writer: LogWriter, input: String) {
    self.writer = writer
    self.input = input
  }

  /// Whether something waits that must not.
  var isUrgent: Bool { hasRegister || batch.samples.count >= Recorder.largestBatch }

  func take(_ record: Pipeline.Record) throws(StoreError) {
    switch record {
    case .meter(let identity, let seen): _ = try key(of: identity, seen: seen)
    case .sample(let sample, let identity):
      batch.samples.append((try key(of: identity, seen: sample.arrival), sample))
    case .registers(let snapshot, let identity):
      let meter = try key(of: identity, seen: snapshot.arrival)
      batch.registers.append((meter, try judged(snapshot, of: meter)))
      hasRegister = true
    case .reject(let reject): batch.rejects.append((input, reject))
    }
  }

  func note(_ event: LogEvent) { batch.events.append(event) }

  /// Puts everything that waits on disk.
  func commit() throws(StoreError) {
    guard !batch.isEmpty else { return }
    let appended = try writer.append(batch)
    result += appended
    batch = LogWriter.Batch()
    hasRegister = false
  }

  private func key(of identity: MeterIdentity, seen: UTCTime) throws(StoreError) -> Int64 {
    if let key = keys[identity] { return key }
    let key = try writer.meterKey(for: identity, input: input, seen: seen)
    keys[identity] = key
    return key
  }

  /// The snapshot with its verdict. What came before is remembered, and read from the log when time runs backwards.
  private func judged(_ snapshot: RegisterSnapshot, of meter: Int64) throws(StoreError) -> RegisterSnapshot {
    var history: History
    if let known = histories[meter], let last = known.last, last.arrival < snapshot.arrival {
      history = known
    } else {
      try commit()
      history = History(
        last: try writer.lastSnapshot(of: meter, before: snapshot.arrival),
        accepted: try writer.lastAcceptedSnapshot(of: meter, before: snapshot.arrival))
    }
    var judged = snapshot
    judged.verdict = snapshot.judged(after: history.last, lastAccepted: history.accepted)
    history.last = judged
    if judged.verdict == .accepted { history.accepted = judged }
    histories[meter] = history
    return judged
  }
}
