import Metering
import Store

/// Takes the records of pipelines to the log: finds each meter's row, appends all in one transaction.
///
/// Records wait here until `commit`, and stay here when it fails, so that a locked or full disk loses nothing at once. A
/// register must not wait: `isUrgent` says so (law 8). What waits is bounded (`Waiting`).
final class Recorder {
  private struct Series: Hashable {
    let identity: MeterIdentity
    let input: String
  }

  private var writer: LogWriter
  private let input: String
  private var queue = Waiting()
  /// What the database refuses, and nothing else.
  private var refused = Waiting()
  private var keys: [Series: Int64] = [:]
  /// The moves of the clock: what comes later, but was taken before one, is moved as well.
  private var moves: [(span: TimeSpan, epoch: Int)] = []
  /// Samples that were given up for want of room, as far as the log has been told of them.
  private var toldDropped = 0
  /// What was appended since the start.
  private(set) var result = AppendResult()

  /// - Parameter input: of records that say no other.
  init(writer: LogWriter, input: String) {
    self.writer = writer
    self.input = input
  }

  var waiting: Int { queue.items.count + refused.items.count }
  var refusals: Int { refused.items.count + refused.events.count }
  var isUrgent: Bool { queue.hasRegisters }
  /// Samples that were given up for want of room since the start.
  var dropped: Int { toldDropped + queue.dropped + refused.dropped }

  func take(_ record: Pipeline.Record) { queue.take(record, from: input) }

  func take(_ waiting: Waiting) {
    var waiting = waiting
    for move in moves { waiting.move(by: move.span, before: move.epoch) }
    queue.take(waiting)
  }

  func note(_ kind: LogEvent.Kind, _ text: String, at time: UTCTime) {
    queue.note(LogEvent(time: time, kind: kind, text: text))
  }

  /// Moves the times of what was taken before the clock was moved for the `epoch`-th time.
  func move(by span: TimeSpan, before epoch: Int) {
    queue.move(by: span, before: epoch)
    refused.move(by: span, before: epoch)
    moves.append((span, epoch))
    if moves.count > 16 { moves.removeFirst() }
  }

  /// Goes on with another log; what waits will go there.
  func change(to writer: LogWriter) {
    self.writer = writer
    keys = [:]
  }

  /// Puts what waits on disk, in one transaction. An error leaves all of it waiting.
  ///
  /// - Parameter withSamples: false leaves the samples waiting.
  func commit(withSamples: Bool = true) throws(StoreError) {
    if withSamples {
      try append(queue)
      queue = Waiting()
    } else {
      let rest = queue.takeAllButSamples()
      do throws(StoreError) {
        try append(rest)
      } catch {
        var all = rest
        all.take(queue)
        queue = all
        throw error
      }
    }
  }

  /// In one go no more is laid aside: where nothing is taken, it is not the rows.
  private static let mostRefusals = 32

  /// Puts on disk what the database takes, in as many transactions as that needs: what it refuses alone is laid aside, so that it does
  /// not keep the others waiting.
  ///
  /// An error that is not of rows, or of too many, leaves the rest waiting.
  func commitPieces() throws(StoreError) {
    var parts = [queue]
    var count = 0
    while let part = parts.popLast() {
      do throws(StoreError) {
        try append(part)
      } catch {
        if error.isOfRows, count < Recorder.mostRefusals {
          if let (first, second) = part.halves {
            parts += [second, first]
          } else {
            refused.take(part)
            count += 1
          }
          continue
        }
        queue = part
        for later in parts.reversed() { queue.take(later) }
        throw error
      }
    }
    queue = Waiting()
  }

  /// Lets what was refused wait with the rest, for another trial.
  func takeRefused() {
    refused.take(queue)
    (queue, refused) = (refused, Waiting())
  }

  private func append(_ waiting: Waiting) throws(StoreError) {
    guard !waiting.isEmpty else { return }
    var batch = LogWriter.Batch()
    batch.events = waiting.events + [waiting.droppedNews].compactMap(\.self)
    for item in waiting.items {
      switch item.record {
      case .meter(let identity, let seen):
        batch.stays.append((try key(of: identity, item.input, seen: seen), item.input, seen))
      case .sample(let sample, let identity):
        batch.samples.append((try key(of: identity, item.input, seen: sample.arrival), sample))
      case .registers(let snapshot, let identity):
        batch.registers.append((try key(of: identity, item.input, seen: snapshot.arrival), snapshot))
      case .reject(let reject): batch.rejects.append((item.input, reject))
      }
    }
    result += try writer.append(batch)
    toldDropped += waiting.dropped
  }

  private func key(of identity: MeterIdentity, _ input: String, seen: UTCTime) throws(StoreError) -> Int64 {
    let series = Series(identity: identity, input: input)
    if let key = keys[series] { return key }
    let key = try writer.meterKey(for: identity, input: input, seen: seen)
    keys[series] = key
    return key
  }
}
