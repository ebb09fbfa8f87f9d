import Metering
import Store

/// Takes the records of a pipeline to the log: finds each meter's row, appends all in one transaction.
///
/// Records wait here until `commit`, and stay here when it fails, so that a locked or full disk loses nothing at once. A
/// register must not wait: `isUrgent` says so (law 8).
///
/// What waits is bounded. When there are `mostWaiting` records, every second one of the older half of the samples goes, and
/// is counted: what is left is coarser, and still covers all of the time. Registers stay.
final class Recorder {
  /// Five days of a 2.5 s meter, some 100 MB.
  static let mostWaiting = 200_000
  /// Registers and what happened: 2 years of an hourly meter.
  private static let mostKept = 20_000

  private let writer: LogWriter
  private let input: String
  private var queue: [Pipeline.Record] = []
  private var events: [LogEvent] = []
  private var registersWait = false
  private var keys: [MeterIdentity: Int64] = [:]
  /// What was appended since the start.
  private(set) var result = AppendResult()
  /// Samples that were given up for want of room.
  private(set) var dropped = 0
  private var droppedNews: LogEvent?

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
    if events.count > Recorder.mostKept { events.removeFirst() }
  }

  /// Thins the samples that wait, if there are too many; of the rest the oldest go last, and only beyond all measure.
  func makeRoom(at time: UTCTime) {
    guard queue.count >= Recorder.mostWaiting else { return }
    let samples = queue.indices.filter { if case .sample = queue[$0] { true } else { false } }
    var thinned: Set<Int> = []
    for (place, index) in samples.prefix(samples.count / 2).enumerated() where place.isMultiple(of: 2) {
      thinned.insert(index)
    }
    queue = queue.enumerated().filter { !thinned.contains($0.offset) }.map(\.element)
    dropped += thinned.count
    // Without samples there is nothing to thin: then rejects go, and the oldest of what is left.
    if thinned.isEmpty {
      queue.removeAll { if case .reject = $0 { true } else { false } }
      if queue.count > Recorder.mostKept { queue.removeFirst(queue.count - Recorder.mostKept) }
    }
    droppedNews = LogEvent(
      time: time, kind: .thinned,
      text:
        "the database has taken nothing for long: \(counted(dropped, "sample")) of the older ones dropped, every second one"
    )
  }

  /// Puts everything that waits on disk, in one transaction. An error leaves all of it waiting.
  func commit() throws(StoreError) {
    guard !queue.isEmpty || !events.isEmpty else { return }
    var batch = LogWriter.Batch()
    batch.events = events + [droppedNews].compactMap(\.self)
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
    droppedNews = nil
    registersWait = false
  }

  private func key(of identity: MeterIdentity, seen: UTCTime) throws(StoreError) -> Int64 {
    if let key = keys[identity] { return key }
    let key = try writer.meterKey(for: identity, input: input, seen: seen)
    keys[identity] = key
    return key
  }
}
