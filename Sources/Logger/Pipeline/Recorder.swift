import Metering
import Store

/// Takes the records of a pipeline to the log: finds each meter's row, appends all in one transaction.
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
  /// What was appended since the start.
  private(set) var result = AppendResult()

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

  /// Puts everything that waits on disk, in one transaction. An error leaves all of it waiting.
  func commit() throws(StoreError) {
    guard !queue.isEmpty || !events.isEmpty else { return }
    var batch = LogWriter.Batch()
    batch.events = events
    for record in queue {
      switch record {
      case .meter(let identity, let seen):
        batch.stays.append((try key(of: identity, seen: seen), input, seen))
      case .sample(let sample, let identity):
        batch.samples.append((try key(of: identity, seen: sample.arrival), sample))
      case .registers(let snapshot, let identity):
        batch.registers.append((try key(of: identity, seen: snapshot.arrival), snapshot))
      case .reject(let reject): batch.rejects.append((input, reject))
      }
    }
    result += try writer.append(batch)
    queue.removeAll(keepingCapacity: true)
    events.removeAll()
    registersWait = false
  }

  private func key(of identity: MeterIdentity, seen: UTCTime) throws(StoreError) -> Int64 {
    if let key = keys[identity] { return key }
    let key = try writer.meterKey(for: identity, input: input, seen: seen)
    keys[identity] = key
    return key
  }
}
