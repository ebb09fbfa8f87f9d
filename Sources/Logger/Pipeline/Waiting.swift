import Metering
import Store

/// Records and events on their way to the log, in order, and bounded.
///
/// When there are `mostRecords`, every second one of the older half of the samples goes, and is counted: what is left is
/// coarser, and still covers all of the time. Registers stay.
struct Waiting: Sendable {
  struct Item: Sendable {
    let input: String
    var record: Pipeline.Record
    /// How often the clock had been moved when it was taken.
    var epoch = 0
  }

  /// Five days of a 2.5 s meter, some 100 MB.
  static let mostRecords = 200_000
  /// Registers and what happened: 2 years of an hourly meter.
  private static let mostKept = 20_000

  private(set) var items: [Item] = []
  private(set) var events: [LogEvent] = []
  /// Registers must not wait for the interval of commits (law 8).
  private(set) var hasRegisters = false
  /// Samples that were given up for want of room, and not told of yet.
  private(set) var dropped = 0
  private var droppedAt: UTCTime?

  var isEmpty: Bool { items.isEmpty && events.isEmpty && dropped == 0 }

  mutating func take(_ record: Pipeline.Record, from input: String, epoch: Int = 0) {
    items.append(Item(input: input, record: record, epoch: epoch))
    if case .registers = record { hasRegisters = true }
    if items.count >= Waiting.mostRecords { makeRoom() }
  }

  mutating func note(_ event: LogEvent) {
    events.append(event)
    if events.count > Waiting.mostKept { events.removeFirst() }
  }

  /// Takes what has come since.
  mutating func take(_ later: Waiting) {
    items += later.items
    events += later.events
    hasRegisters = hasRegisters || later.hasRegisters
    dropped += later.dropped
    droppedAt = later.droppedAt ?? droppedAt
    if events.count > Waiting.mostKept { events.removeFirst(events.count - Waiting.mostKept) }
    if items.count >= Waiting.mostRecords { makeRoom() }
  }

  /// Two parts: what happened and the records, or the earlier ones and the rest; nil of a single one.
  var halves: (Waiting, Waiting)? {
    guard items.count + events.count > 1 else { return nil }
    let isMixed = !items.isEmpty && !events.isEmpty
    let (item, event) = isMixed ? (0, events.count) : (items.count / 2, events.count / 2)
    var first = Waiting(items[..<item], events[..<event])
    (first.dropped, first.droppedAt) = (dropped, droppedAt)
    return (first, Waiting(items[item...], events[event...]))
  }

  init() {}

  private init(_ items: ArraySlice<Item>, _ events: ArraySlice<LogEvent>) {
    (self.items, self.events) = (Array(items), Array(events))
    hasRegisters = items.contains { if case .registers = $0.record { true } else { false } }
  }

  /// Moves the times of what was taken before the clock was moved for the `epoch`-th time.
  mutating func move(by span: TimeSpan, before epoch: Int) {
    for index in items.indices where items[index].epoch < epoch {
      items[index].record.move(by: span)
      items[index].epoch = epoch
    }
  }

  /// What there is to tell of samples that were dropped.
  var droppedNews: LogEvent? {
    guard let droppedAt, dropped > 0 else { return nil }
    return LogEvent(
      time: droppedAt, kind: .thinned,
      text:
        "the database has taken nothing for long: \(counted(dropped, "sample")) of the older ones dropped, every second one"
    )
  }

  /// Parts the samples from the rest: `samples` stay to wait.
  mutating func takeAllButSamples() -> Waiting {
    var rest = self
    rest.items.removeAll { $0.record.isSample }
    items.removeAll { !$0.record.isSample }
    events = []
    hasRegisters = false
    (dropped, droppedAt) = (0, nil)
    return rest
  }

  /// Without samples there is nothing to thin: then rejects go, and the oldest of what is left.
  private mutating func makeRoom() {
    dropRejects()
    guard items.count >= Waiting.mostRecords else { return }
    let samples = items.indices.filter { items[$0].record.isSample }
    var thinned: Set<Int> = []
    for (place, index) in samples.prefix(samples.count / 2).enumerated() where place.isMultiple(of: 2) {
      thinned.insert(index)
    }
    droppedAt = items.last?.record.time ?? droppedAt
    items = items.enumerated().filter { !thinned.contains($0.offset) }.map(\.element)
    dropped += thinned.count
    if thinned.isEmpty {
      items.removeAll { if case .reject = $0.record { true } else { false } }
      if items.count > Waiting.mostKept { items.removeFirst(items.count - Waiting.mostKept) }
    }
  }
}

extension Waiting {
  /// The table of rejects keeps no more than this.
  private static let mostRejects = 10_000

  /// Of many rejects the oldest go first of all: they are large, and say the same.
  private mutating func dropRejects() {
    var surplus = items.count(where: { $0.record.isReject }) - Waiting.mostRejects
    guard surplus > 0 else { return }
    items.removeAll { item in
      guard surplus > 0, item.record.isReject else { return false }
      surplus -= 1
      return true
    }
  }
}

extension Pipeline.Record {
  fileprivate var isReject: Bool { if case .reject = self { true } else { false } }
  fileprivate var isSample: Bool { if case .sample = self { true } else { false } }

  var time: UTCTime {
    switch self {
    case .meter(_, let seen): seen
    case .sample(let sample, _): sample.arrival
    case .registers(let snapshot, _): snapshot.arrival
    case .reject(let reject): reject.arrival
    }
  }

  fileprivate mutating func move(by span: TimeSpan) {
    switch self {
    case .meter(let identity, let seen): self = .meter(identity, seen: seen + span)
    case .sample(var sample, let identity):
      sample.arrival += span
      self = .sample(sample, of: identity)
    case .registers(var snapshot, let identity):
      // Its boundary is found anew when it is judged.
      snapshot.arrival += span
      self = .registers(snapshot, of: identity)
    case .reject(var reject):
      reject.arrival += span
      self = .reject(reject)
    }
  }
}
