import Frames
import Metering

/// Octets of one input in, records for the log out. No file, no clock: a replay of the same reads gives the same records.
struct Pipeline: Sendable {
  /// What the log keeps.
  enum Record: Hashable, Sendable {
    case meter(MeterIdentity, seen: UTCTime)
    case sample(Sample, of: MeterIdentity)
    case registers(RegisterSnapshot, of: MeterIdentity)
    case reject(Reject)
  }

  /// After a silence of this length nothing holds back a sound message any longer (`protocol.md` 2.5).
  static let silence = TimeSpan.seconds(1)
  /// Messages without a meter number that wait for one that has it; then they are credited to the input itself.
  static let mostWaiting = 256

  private let input: String
  private let zone: Zone
  /// The meter of lists that name none, where the user has said which it is.
  private let configured: String?
  private var decoder: StreamDecoder
  private var arrivals: ArrivalTimes
  private var lastRead: UTCTime?
  /// Whose all is that names nobody; nil as long as that waits for a name.
  private var meter: MeterIdentity?
  /// Whether it is known of `meter` that it is here, and not assumed.
  private var isNamed = false
  /// Who was heard before.
  private var last: MeterIdentity?
  private var waiting: [Sample] = []
  private var thinning = RegisterThinning()
  private var lastUnknown: UTCTime?
  private(set) var counts = Counts()
  /// The clock of the last list that had one, until it is taken.
  private var clock: MeterClock?

  /// A list with unknown elements is kept raw so often, for whoever adds them to a layout.
  private static let unknownInterval = TimeSpan.hour

  /// What came of the octets, for `status` and for the summary of a replay.
  struct Counts: Hashable, Sendable {
    var octets: Int64 = 0
    var lists: [ListKind: Int] = [:]
    var rejects: [Reject.Stage: Int] = [:]
    var noise: Int64 = 0
    /// Messages that carried no check sequence: a telegram without CRC, a message without a frame.
    var unchecked = 0
    /// Messages with elements that no layout knows, or of no known layout at all; what carries a code and a unit was read.
    var unknown = 0

    var messages: Int { lists.values.reduce(0, +) }
    var rejected: Int { rejects.values.reduce(0, +) }
    /// Messages that came whole, read or not.
    var whole: Int {
      messages + rejects.reduce(0) { $0 + ([.framing, .segmentation, .link].contains($1.key) ? 0 : $1.value) }
    }
  }

  /// - Parameters:
  ///   - meter: the number of a meter whose lists name none.
  ///   - last: who was heard on the input before, as the log has it.
  init(
    input: String, zone: Zone, manufacturer: Manufacturer = .auto, meter: String? = nil, last: MeterIdentity? = nil,
    decryptor: APDUDecryptor = APDUDecryptor(), lineTime: LineTime
  ) {
    self.input = input
    self.zone = zone
    configured = meter
    self.last = last
    decoder = StreamDecoder(manufacturer: manufacturer, decryptor: decryptor)
    arrivals = ArrivalTimes(lineTime: lineTime)
  }

  /// What came of encrypted messages.
  var security: APDUDecryptor.Counts { decoder.message.decryptor.counts }

  /// The line is another than before.
  mutating func changeLine(to lineTime: LineTime) { arrivals.lineTime = lineTime }

  /// The clock of the last list that had one since this was asked last.
  mutating func takeClock() -> MeterClock? {
    defer { clock = nil }
    return clock
  }

  /// Takes one read and hands out what it completes.
  mutating func take(_ octets: Span<UInt8>, arrival: UTCTime, _ record: (Record) -> Void) {
    begin(octets.count, at: arrival, record)
    append(octets, arrival: arrival, record)
  }

  /// Takes one line of a capture: a read like any other, or a whole message without a frame.
  mutating func takeCaptured(_ octets: [UInt8], arrival: UTCTime, _ record: (Record) -> Void) {
    begin(octets.count, at: arrival, record)
    if let event = decoder.takeMessage(octets, arrival: arrival) {
      take(event, record)
    } else {
      append(octets.span, arrival: arrival, record)
    }
  }

  private mutating func begin(_ octets: Int, at arrival: UTCTime, _ record: (Record) -> Void) {
    if let lastRead, (arrival - lastRead).magnitude > Pipeline.silence { fallSilent(record) }
    lastRead = arrival
    counts.octets += Int64(octets)
    arrivals.append(octets: octets, at: arrival)
  }

  private mutating func append(_ octets: Span<UInt8>, arrival: UTCTime, _ record: (Record) -> Void) {
    decoder.append(octets, arrival: arrival)
    while let event = decoder.next() { take(event, record) }
    arrivals.forget(before: arrivals.end - Int64(decoder.deframer.waiting))
  }

  /// The line has been silent for `silence`: a frame that was begun no longer holds back the sound ones behind it.
  mutating func fallSilent(_ record: (Record) -> Void) {
    while let event = decoder.fallSilent() { take(event, record) }
  }

  /// The input ended or its link was lost: nothing waits any longer, and another meter may come back.
  mutating func end(_ record: (Record) -> Void) {
    while let event = decoder.giveUp() { take(event, record) }
    creditWaiting(to: meter ?? last ?? unidentified, record)
    last = meter ?? last
    meter = nil
    isNamed = false
    lastRead = nil
  }

  /// The program is told to stop. A message that is just coming in stays unfinished, which is no fault of the line.
  mutating func stop(_ record: (Record) -> Void) {
    fallSilent(record)
    creditWaiting(to: meter ?? last ?? unidentified, record)
  }

  /// The series of an input on which nobody was ever named.
  private var unidentified: MeterIdentity { .unidentified(at: input) }

  private mutating func take(_ event: StreamDecoder.Event, _ record: (Record) -> Void) {
    switch event {
    case .nothing: break
    case .noise(_, let count): counts.noise += Int64(count)
    case .reject(let fault):
      counts.rejects[fault.stage, default: 0] += 1
      record(
        .reject(
          Reject(
            arrival: arrivals.time(at: fault.streamOffset), stage: fault.stage, reason: fault.reason,
            streamOffset: fault.streamOffset, octets: fault.octets)))
    case .list:
      let list = decoder.list
      counts.lists[list.kind, default: 0] += 1
      if !list.isChecked { counts.unchecked += 1 }
      clock = list.clock ?? clock
      let arrival = arrivals.arrival(ofFrameEnding: decoder.span.upperBound)
      log(list, arrival: arrival, record)
      if list.unknownElements > 0 || list.kind == .unknown { keepUnknown(list, arrival: arrival, record) }
    }
  }

  /// What could be read of the list is logged like any other; its octets are kept once in `unknownInterval`.
  private mutating func keepUnknown(_ list: MeterList, arrival: UTCTime, _ record: (Record) -> Void) {
    counts.unknown += 1
    if let lastUnknown, (arrival - lastUnknown).magnitude < Pipeline.unknownInterval { return }
    lastUnknown = arrival
    let elements =
      "\(counted(list.unknownElements, "element")) of the list \(list.unknownElements == 1 ? "is" : "are") unknown"
    record(
      .reject(
        Reject(
          arrival: arrival, stage: .list,
          reason: "\(elements); the rest was read. `ams-logger decode --report` makes a report to send in",
          streamOffset: decoder.span.lowerBound, octets: Array(decoder.lastOctets))))
  }

  private mutating func log(_ list: MeterList, arrival: UTCTime, _ record: (Record) -> Void) {
    if let identity = list.identity ?? configuredIdentity(of: list), identity != meter || !isNamed {
      if identity != meter { thinning = RegisterThinning() }
      meter = identity
      isNamed = true
      record(.meter(identity, seen: arrival))
      creditWaiting(to: identity, record)
    }
    // A meter names itself where it sends registers, or nowhere: those without a name are not of one that did.
    if list.registers != nil, !isNamed, meter != unidentified { meter = nil }
    let sample = Sample(arrival: arrival, readings: list.momentaryReadings)
    if let meter {
      if !sample.readings.isEmpty { record(.sample(sample, of: meter)) }
    } else {
      waiting.append(sample)
      if waiting.count >= Pipeline.mostWaiting || list.registers != nil {
        let assumed = list.registers == nil ? last ?? unidentified : unidentified
        meter = assumed
        creditWaiting(to: assumed, record)
      }
    }
    if let registers = list.registers, let meter {
      let snapshot = RegisterSnapshot(list.clock, registers, arrival: arrival, zone: zone)
      thinning.take(snapshot) { record(.registers($0, of: meter)) }
    }
  }

  /// The meter that the user has named, for lists that name none until one does. It is for a meter that never names itself: where
  /// one has done so before, its name is waited for, but not with registers.
  private func configuredIdentity(of list: MeterList) -> MeterIdentity? {
    guard let configured, !isNamed else { return nil }
    guard last == nil || last?.id == configured || list.registers != nil else { return nil }
    return MeterIdentity(id: configured, maker: list.maker)
  }

  private mutating func creditWaiting(to meter: MeterIdentity, _ record: (Record) -> Void) {
    for sample in waiting where !sample.readings.isEmpty { record(.sample(sample, of: meter)) }
    waiting.removeAll()
  }
}

extension MeterList {
  /// What goes into the sample tables: everything but the registers.
  ///
  /// A three-wire Kaifa sends U2 as 0 because it does not measure it (`protocol.md` 5.4): unknown is absent, never 0.
  var momentaryReadings: Readings {
    var momentary = readings
    for quantity in readings.quantities where quantity.isRegister { momentary[quantity] = nil }
    if momentary[.voltageL2] == 0, let first = momentary[.voltageL1], let third = momentary[.voltageL3],
      first > 0, third > 0
    {
      momentary[.voltageL2] = nil
    }
    return momentary
  }
}

extension RegisterSnapshot {
  /// The reading of a list: which hour it closes, by the meter's clock, or by its arrival where it has none.
  ///
  /// A clock that fits no hour near the arrival leaves the boundary open and makes the reading suspect (`protocol.md` 4.4).
  init(_ clock: MeterClock?, _ registers: Registers, arrival: UTCTime, zone: Zone) {
    let instant = clock.map { $0.instant(arrival: arrival, zone: zone) } ?? arrival
    let boundary = instant.flatMap(hourBoundary(of:))
    let verdict: Verdict = instant == nil ? .suspect : boundary == nil ? .offBoundary : .accepted
    self.init(arrival: arrival, boundary: boundary, clock: clock, registers: registers, verdict: verdict)
  }
}
