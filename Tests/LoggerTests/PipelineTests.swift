import Frames
import Metering
import Simulator
import TestSupport
import Testing

@testable import Logger

@Suite struct `From octets to records` {
  private let aidon: MeterModel
  private let other: MeterModel
  private let noon: UTCTime

  init() throws {
    aidon = try MeterModel.named("aidon-tn")
    other = try MeterModel.named("kaifa-tn")
    noon = try utc("2026-01-15T12:00:00Z")
  }

  private func read(_ seconds: Int64, _ octets: [UInt8]) -> Read {
    Read(arrival: noon + .seconds(seconds), octets: octets)
  }

  // MARK: - Whose message

  @Test func `a list 1 before any meter number is credited to the meter identified next`() throws {
    let records = try Pipeline.records(of: [
      read(0, try aidon.list1(100)), read(2, try aidon.list1(200)), read(5, try aidon.list2(300)),
      read(7, try aidon.list1(400)),
    ])
    #expect(records.first == .meter(aidon.identity, seen: noon + .seconds(5)))
    #expect(records.samples.map(\.meter) == Array(repeating: aidon.identity.id, count: 4))
    #expect(records.watts == [100, 200, 300, 400])
    #expect(records.samples.map { ($0.sample.arrival - noon).milliseconds } == [0, 2000, 5000, 7000])
  }

  @Test func `after the end of an input another meter may come`() throws {
    var pipeline = try Pipeline.norwegian()
    let before = pipeline.records(of: [read(0, try aidon.list2(100))]) + pipeline.recordsAtEnd()
    let after = pipeline.records(of: [read(60, try other.list1(200)), read(62, try other.list2(300))])
    #expect(before.samples.map(\.meter) == [aidon.identity.id])
    #expect(after.samples.map(\.meter) == [other.identity.id, other.identity.id])
    #expect(after.watts == [200, 300])
  }

  @Test func `without an end a new number is a new meter from its own message on`() throws {
    let records = try Pipeline.records(of: [
      read(0, try aidon.list2(100)), read(2, try other.list1(200)), read(4, try other.list2(300)),
    ])
    #expect(records.samples.map(\.meter) == [aidon.identity.id, aidon.identity.id, other.identity.id])
  }

  @Test func `an input that never names its meter is a series of its own`() throws {
    let records = try Pipeline.records(of: [read(0, try aidon.list1(100)), read(2, try aidon.list1(200))])
    #expect(records.samples.map(\.meter) == ["unidentified@port", "unidentified@port"])
    #expect(records.watts == [100, 200])
    #expect(records.count == 2)
  }

  @Test func `what names nobody is credited to the meter last identified on the input, also after the link was lost`()
    throws
  {
    var pipeline = try Pipeline.norwegian()
    _ = pipeline.records(of: [read(0, try aidon.list2(100))]) + pipeline.recordsAtEnd()
    for stay in 1...3 as ClosedRange<Int64> {
      let records = pipeline.records(of: [read(stay * 60, try aidon.list1(stay))]) + pipeline.recordsAtEnd()
      #expect(records.samples.map(\.meter) == [aidon.identity.id])
    }
  }

  /// A pipeline of an input on which the log knows a meter.
  private func knowing(_ last: MeterIdentity, configured: String? = nil) -> Pipeline {
    Pipeline(input: "port", zone: .utc, meter: configured, last: last, lineTime: LineForm().time)
  }

  @Test func `a stop before the first number credits the meter that the log knows`() throws {
    var pipeline = knowing(aidon.identity)
    var records = pipeline.records(of: [read(0, try aidon.list1(100))])
    pipeline.stop { records.append($0) }
    #expect(records.samples.map(\.meter) == [aidon.identity.id])
  }

  @Test func `lists without a number for long are credited to the meter that was known, and the first number is told`()
    throws
  {
    var pipeline = knowing(aidon.identity)
    let lists = try (0..<300).map { read($0 * 2, try aidon.list1($0)) }
    let records = pipeline.records(of: lists)
    #expect(records.count == 300 && Set(records.samples.map(\.meter)) == [aidon.identity.id])
    let later = pipeline.records(of: [read(1000, try aidon.list2(1))])
    #expect(later.first == .meter(aidon.identity, seen: noon + .seconds(1000)))
  }

  @Test func `registers without a number are not those of a meter that had one`() throws {
    let telegram = Array("/TST5\r\n\r\n1-0:1.8.0(00012345.678*kWh)\r\n1-0:1.7.0(0001.769*kW)\r\n!\r\n".utf8)
    var pipeline = knowing(aidon.identity)
    #expect(pipeline.records(of: [read(0, telegram)]).samples.map(\.meter) == ["unidentified@port"])
    // Nor those of one that is only taken to be there.
    pipeline = knowing(aidon.identity)
    _ = pipeline.records(of: try (0..<300).map { read($0 * 2, try aidon.list1($0)) })
    #expect(pipeline.records(of: [read(1000, telegram)]).samples.map(\.meter) == ["unidentified@port"])
    pipeline = knowing(aidon.identity, configured: "735999200000001")
    #expect(pipeline.records(of: [read(0, telegram)]).samples.map(\.meter) == ["735999200000001"])
  }

  @Test func `a configured number counts only until a list names its meter`() throws {
    var pipeline = Pipeline(input: "port", zone: .utc, meter: "735999200000001", lineTime: LineForm().time)
    var reads = [read(0, try aidon.list1(1)), read(5, try aidon.list2(2))]
    for second in stride(from: Int64(6), to: 60, by: 2) { reads.append(read(second, try aidon.list1(second))) }
    let records = pipeline.records(of: reads)
    #expect(records.samples.first?.meter == "735999200000001")
    #expect(Set(records.samples.dropFirst().map(\.meter)) == [aidon.identity.id])
    #expect(records.count { if case .meter = $0 { true } else { false } } == 2)
    // Nor does it count again when the link comes back.
    _ = pipeline.recordsAtEnd()
    let after = pipeline.records(of: [read(90, try aidon.list1(1)), read(95, try aidon.list2(2))])
    #expect(after.samples.map(\.meter) == [aidon.identity.id, aidon.identity.id])
  }

  @Test func `messages wait for a number only so long`() throws {
    var pipeline = try Pipeline.norwegian()
    let reads = try (0..<Int64(Pipeline.mostWaiting) + 1).map { read($0 * 2, try aidon.list1($0)) }
    #expect(pipeline.records(of: reads.dropLast(2)).isEmpty)
    let records = pipeline.records(of: reads.suffix(2))
    #expect(records.watts == (0...Int64(Pipeline.mostWaiting)).map { $0 })
    #expect(Set(records.samples.map(\.meter)) == ["unidentified@port"])
    let later = pipeline.records(of: [read(1000, try aidon.list2(1)), read(1002, try aidon.list1(2))])
    #expect(later.samples.map(\.meter) == [aidon.identity.id, aidon.identity.id])
  }

  // MARK: - When

  @Test(arguments: [(false, 183), (true, 201)])
  func `two frames in one read are apart by their time on the line`(hasParityBit: Bool, apart: Int64) throws {
    var pipeline = Pipeline(
      input: "port", zone: .utc, lineTime: LineTime(baudrate: 2400, hasParityBit: hasParityBit))
    var records = pipeline.records(of: [read(0, try aidon.list1(100) + aidon.list1(200))])
    records += pipeline.recordsAtEnd()
    #expect(records.watts == [100, 200])
    #expect(records.samples.map { ($0.sample.arrival - noon).milliseconds } == [-apart, 0])
  }

  @Test func `frames that share a flag are apart by their time on the line`() throws {
    let shared = HDLCFrameBuilder.sharingFlags([try other.list1(100), try other.list1(200)])
    #expect(shared.count == 81)
    let records = try Pipeline.records(of: [read(0, shared)])
    #expect(records.samples.map { ($0.sample.arrival - noon).milliseconds } == [-166, 0])
  }

  @Test func `reads that a stalled host hands on all at once keep their order, a millisecond apart`() throws {
    let reads = try (0..<5).map { _ in read(0, try aidon.list1(100)) } + [read(3, try aidon.list2(100))]
    let records = try Pipeline.records(of: reads)
    #expect(records.samples.map { ($0.sample.arrival - noon).milliseconds } == [0, 1, 2, 3, 4, 3000])
  }

  @Test func `one large read after a stall does not reach back before the read before it`() throws {
    let backlog = try (0..<20).flatMap { try aidon.list1(Int64($0)) }
    let records = try Pipeline.records(of: [read(0, try aidon.list2(1000)), read(1, backlog)])
    let arrivals = records.samples.map { ($0.sample.arrival - noon).milliseconds }
    #expect(arrivals.count == 21)
    #expect(arrivals == arrivals.sorted())
    #expect(Set(arrivals).count == 21)
    #expect(arrivals.last == 1000)
  }

  @Test func `a host clock that steps back an hour is left as it is`() throws {
    let records = try Pipeline.records(of: [
      read(0, try aidon.list2(100)), read(-3600, try aidon.list1(200)), read(-3598, try aidon.list1(300)),
    ])
    #expect(records.samples.map { ($0.sample.arrival - noon).milliseconds } == [0, -3_600_000, -3_598_000])
  }

  @Test(arguments: [true, false])
  func `silence frees a good frame from one that was begun before it`(isTold: Bool) throws {
    // The one that was begun is longer than all that comes behind it.
    let frame = try aidon.list2(100)
    var pipeline = try Pipeline.norwegian()
    var records = pipeline.records(of: [read(0, Array(frame.prefix(100))), read(2, try aidon.list1(200))])
    #expect(records.isEmpty)
    if isTold {
      pipeline.fallSilent { records.append($0) }
    } else {
      records += pipeline.records(of: [read(4, try aidon.list1(300))])
    }
    #expect(records.rejects.map(\.stage) == [.framing])
    #expect(records.rejects.first?.octets.starts(with: frame.prefix(100)) == true)
    #expect(records.rejects.first?.arrival == noon)
    records += pipeline.recordsAtEnd()
    #expect(records.watts == (isTold ? [200] : [200, 300]))
    #expect(records.samples.first?.sample.arrival == noon + .seconds(2))
    #expect(records.rejects.count == 1)
  }

  @Test func `a frame that was begun costs no good frame behind it`() throws {
    let frame = try aidon.list2(100)
    let records = try Pipeline.records(of: [read(0, Array(frame.prefix(100))), read(2, try aidon.list2(200))])
    #expect(records.watts == [200])
    #expect(records.rejects.map(\.stage) == [.framing])
  }

  @Test func `a frame whose end comes with the next message is kept`() throws {
    let frame = try aidon.list2(100)
    let records = try Pipeline.records(of: [
      read(0, Array(frame[..<100])), read(30, Array(frame[100...]) + (try aidon.list1(200))),
    ])
    #expect(records.watts == [100, 200])
    #expect(records.rejects.isEmpty)
  }

  @Test func `what was begun before the end of the input is refused then`() throws {
    var pipeline = try Pipeline.norwegian()
    let frame = try aidon.list2(100)
    #expect(pipeline.records(of: [read(0, Array(frame.prefix(100)))]).isEmpty)
    let records = pipeline.recordsAtEnd()
    #expect(records.rejects.map(\.octets) == [Array(frame.prefix(100))])
    #expect(pipeline.records(of: [read(1, Array(frame[100...]))]).isEmpty, "another link, another stream")
  }

  @Test func `a message that is coming in when the program is stopped is no fault of the line`() throws {
    var pipeline = try Pipeline.norwegian()
    let frame = try aidon.list2(100)
    var records = pipeline.records(of: [read(0, frame), read(2, Array(frame.prefix(100)))])
    pipeline.stop { records.append($0) }
    #expect(records.watts == [100])
    #expect(records.rejects.isEmpty)
    #expect(pipeline.counts.rejected == 0)
    #expect(pipeline.counts.noise == 0)
  }

  @Test func `what waits for its meter is logged when the program is stopped`() throws {
    var pipeline = try Pipeline.norwegian()
    var records = pipeline.records(of: [read(0, try aidon.list1(100))])
    #expect(records.watts == [])
    pipeline.stop { records.append($0) }
    #expect(records.watts == [100])
  }

  @Test func `messages without a frame are logged from captures alone, and counted as unchecked`() throws {
    // Behind flag, format, addresses, control and HCS; before FCS and flag.
    let message = Array(try aidon.list2(100).dropFirst(9).dropLast(3))
    #expect(message.starts(with: [0xE6, 0xE7, 0x00]))
    var pipeline = try Pipeline.norwegian()
    var records: [Pipeline.Record] = []
    pipeline.takeCaptured(message, arrival: noon) { records.append($0) }
    pipeline.takeCaptured(try aidon.list1(200), arrival: noon + .seconds(3)) { records.append($0) }
    #expect(records.watts == [100, 200])
    #expect(records.samples.map(\.sample.arrival) == [noon, noon + .seconds(3)])
    #expect(pipeline.counts.unchecked == 1)
    let live = try Pipeline.records(of: [read(0, message)])
    #expect(live.watts.isEmpty)
  }

  @Test func `a list with an unknown element is logged, counted, and kept raw once an hour`() throws {
    // An Aidon list of active power and of something that nobody has heard of, 1-0:99.7.0.
    let known = "02 03 09 06 01 00 01 07 00 FF 06 00 00 00 64 02 02 0F 00 16 1B"
    let unknown = "02 03 09 06 01 00 63 07 00 FF 06 00 00 00 07 02 02 0F 00 16 1B"
    let frame = hdlcFrame(octets("E6 E7 00 0F 40 00 00 00 00 01 02 \(known) \(unknown)"))
    var pipeline = try Pipeline.norwegian()
    let records = pipeline.records(of: [read(0, frame), read(10, frame), read(3599, frame), read(3601, frame)])
    #expect(pipeline.counts.unknown == 4)
    #expect(pipeline.counts.rejected == 0)
    #expect(records.rejects.map { $0.arrival - noon } == [.zero, .seconds(3601)])
    #expect(records.rejects.allSatisfy { $0.octets == Array(frame.dropLast()) && $0.stage == .list })
    #expect(records.rejects.first?.reason.hasPrefix("1 element of the list is unknown;") == true)
  }

  // MARK: - The same again

  @Test(arguments: ["aidon-tn", "kaifa-it", "kamstrup-1p-nulls", "lg-it"])
  func `a replay of the same reads gives the same records`(name: String) throws {
    let reads = try simulatedReads(name, from: "2026-03-29T00:50:00Z", to: "2026-03-29T02:10:00Z")
    let records = try Pipeline.records(of: reads)
    #expect(try Pipeline.records(of: reads) == records)
    #expect(records.samples.count > 390)
    #expect(records.snapshots.count == 2)
  }

  @Test(arguments: ["aidon-tn", "kaifa-it", "kamstrup-tn"], [UInt64(1), 2, 3])
  func `any cut of the octets gives the same records`(name: String, seed: UInt64) throws {
    var octets = try simulatedReads(name, from: "2026-01-15T12:59:30Z", to: "2026-01-15T13:01:30Z").flatMap(\.octets)
    octets[octets.count / 5] ^= 0x40
    octets.insert(contentsOf: [0x7E, 0xA0, 0x7E, 0xFF], at: octets.count * 4 / 5)
    let arrival = try utc("2026-01-15T13:00:30Z")
    let whole = try Pipeline.records(of: [Read(arrival: arrival, octets: octets)]).withoutInstants
    #expect(whole.samples.count > 10)
    #expect(whole.snapshots.count == 1)
    #expect(!whole.rejects.isEmpty)

    var random = SplitMix64(seed: seed)
    var cut: [Read] = []
    var rest = octets[...]
    while !rest.isEmpty {
      let count = Int(random.next(in: 1...(seed == 1 ? 1 : 300)))
      cut.append(Read(arrival: arrival, octets: Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    #expect(try Pipeline.records(of: cut).withoutInstants == whole)
  }

  // MARK: - What

  @Test func `the voltage that a three-wire Kaifa does not measure is absent`() throws {
    let kaifa = try MeterModel.named("kaifa-it")
    let measured: Readings = [
      .activePowerImport: 100, .voltageL1: 230_000, .voltageL2: 231_000, .voltageL3: 232_000, .currentL1: 1000,
    ]
    let sent = kaifa.sent(measured, in: .list2)
    #expect(sent[.voltageL2] == 0)
    let frame = kaifa.frame(.list2, readings: sent, clock: try clock("2026-01-15T13:00:00"))
    let records = try Pipeline.records(of: [read(0, frame)])
    let readings = try #require(records.samples.first?.sample.readings)
    #expect(readings[.voltageL2] == nil)
    #expect(readings[.voltageL1] == 230_000)
    #expect(readings[.voltageL3] == 232_000)
    #expect(readings[.currentL1] == 1000)
  }

  @Test func `a voltage of 0 beside others of 0 is a reading`() throws {
    let frame = other.frame(.list2, readings: [.activePowerImport: 1], clock: try clock("2026-01-15T13:00:00"))
    let records = try Pipeline.records(of: [read(0, frame)])
    #expect(records.samples.first?.sample.readings[.voltageL2] == 0)
  }

  @Test func `registers are no part of a sample`() throws {
    let records = try Pipeline.records(of: [read(11, try aidon.list3(1_234_560, clock: "2026-01-15T13:00:00"))])
    #expect(records.samples.first?.sample.readings[.activeEnergyImport] == nil)
    #expect(records.watts == [900])
    #expect(records.snapshots.first?.registers.activeImport == 123_456)
    #expect(records.snapshots.first?.registers.scale == 1)
  }
}

@Suite struct `Hour of a register reading` {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let meter: String
    let wall: String
    let arrival: String
    let boundary: String?
    let verdict: Verdict
  }

  static let cases = [
    Case(
      testDescription: "Aidon states the full hour, in normal time", meter: "aidon-tn", wall: "2026-01-15T14:00:00",
      arrival: "2026-01-15T13:00:12Z", boundary: "2026-01-15T13:00:00Z", verdict: .accepted),
    Case(
      testDescription: "Aidon keeps normal time in July", meter: "aidon-tn", wall: "2026-07-02T14:00:00",
      arrival: "2026-07-02T13:00:12Z", boundary: "2026-07-02T13:00:00Z", verdict: .accepted),
    Case(
      testDescription: "Kaifa at :10, civil time in July", meter: "kaifa-tn", wall: "2026-07-02T19:00:10",
      arrival: "2026-07-02T17:00:11.500Z", boundary: "2026-07-02T17:00:00Z", verdict: .accepted),
    Case(
      testDescription: "Kaifa at :10 in January", meter: "kaifa-tn", wall: "2026-01-02T18:00:10",
      arrival: "2026-01-02T17:00:11.500Z", boundary: "2026-01-02T17:00:00Z", verdict: .accepted),
    Case(
      testDescription: "Kaifa in the hour that comes twice, first time", meter: "kaifa-tn",
      wall: "2026-10-25T02:00:10", arrival: "2026-10-25T00:00:11Z", boundary: "2026-10-25T00:00:00Z",
      verdict: .accepted),
    Case(
      testDescription: "Kaifa in the hour that comes twice, second time", meter: "kaifa-tn",
      wall: "2026-10-25T02:00:10", arrival: "2026-10-25T01:00:11Z", boundary: "2026-10-25T01:00:00Z",
      verdict: .accepted),
    Case(
      testDescription: "Kamstrup at :05", meter: "kamstrup-tn", wall: "2026-02-05T13:00:05",
      arrival: "2026-02-05T12:00:06.300Z", boundary: "2026-02-05T12:00:00Z", verdict: .accepted),
    Case(
      testDescription: "Kamstrup at :55", meter: "kamstrup-tn", wall: "2026-02-05T13:00:55",
      arrival: "2026-02-05T12:00:56.300Z", boundary: "2026-02-05T12:00:00Z", verdict: .accepted),
    Case(
      testDescription: "host clock nine minutes slow", meter: "aidon-tn", wall: "2026-01-15T14:00:00",
      arrival: "2026-01-15T12:51:12Z", boundary: "2026-01-15T13:00:00Z", verdict: .accepted),
    Case(
      testDescription: "an hour-old clock", meter: "aidon-tn", wall: "2026-01-15T13:00:00",
      arrival: "2026-01-15T13:00:12Z", boundary: nil, verdict: .suspect),
    Case(
      testDescription: "a meter that has lost its time", meter: "kamstrup-tn", wall: "2010-01-01T00:00:05",
      arrival: "2026-02-05T12:00:06Z", boundary: nil, verdict: .suspect),
    Case(
      testDescription: "a host three hours off", meter: "aidon-tn", wall: "2026-01-15T14:00:00",
      arrival: "2026-01-15T16:00:12Z", boundary: nil, verdict: .suspect),
    Case(
      testDescription: "five minutes late is the last that closes an hour", meter: "kamstrup-tn",
      wall: "2026-02-05T13:05:00", arrival: "2026-02-05T12:05:01Z", boundary: "2026-02-05T12:00:00Z",
      verdict: .accepted),
    Case(
      testDescription: "later than that is between hours", meter: "kamstrup-tn", wall: "2026-02-05T13:05:01",
      arrival: "2026-02-05T12:05:02Z", boundary: nil, verdict: .offBoundary),
  ]

  @Test(arguments: cases)
  func `the clock of the list says which hour it closes`(_ expected: Case) throws {
    let meter = try MeterModel.named(expected.meter)
    let frame = try meter.list3(1_000_000, clock: expected.wall)
    let records = try Pipeline.records(of: [Read(arrival: try utc(expected.arrival), octets: frame)])
    let snapshot = try #require(records.snapshots.first)
    #expect(records.snapshots.count == 1)
    #expect(snapshot.boundary == (try expected.boundary.map { try utc($0) }))
    #expect(snapshot.verdict == expected.verdict)
    #expect(snapshot.clock?.wall.iso8601 == expected.wall, "kept as it was sent")
    #expect(snapshot.registers.importWattHours == 1_000_000)
  }

  @Test func `a list without a clock goes by its arrival`() throws {
    let registers = Registers(activeImport: 1, scale: 0)
    let zone = Zone.utc
    let onTime = RegisterSnapshot(nil, registers, arrival: try utc("2026-01-15T13:00:12Z"), zone: zone)
    #expect(onTime.boundary == (try utc("2026-01-15T13:00:00Z")))
    #expect(onTime.verdict == .accepted)
    let late = RegisterSnapshot(nil, registers, arrival: try utc("2026-01-15T13:30:12Z"), zone: zone)
    #expect(late.boundary == nil)
    #expect(late.verdict == .offBoundary)
  }
}

@Suite struct `Lists that name no meter` {
  private static let telegram = Array(
    "/TST5\r\n\r\n0-0:1.0.0(260115140010W)\r\n1-0:1.8.0(00012345.678*kWh)\r\n1-0:1.7.0(0001.769*kW)\r\n!\r\n".utf8)

  private func meters(_ configured: String?) throws -> Set<String> {
    let zone = try #require(Zone(named: "Europe/Oslo"))
    var pipeline = Pipeline(
      input: "main", zone: zone, meter: configured, lineTime: LineTime(baudrate: 115_200, hasParityBit: false))
    var meters: Set<String> = []
    let arrival = try #require(UTCTime(iso8601: "2026-01-15T13:00:11Z"))
    pipeline.take(Self.telegram.span, arrival: arrival) { record in
      switch record {
      case .sample(_, let meter), .registers(_, let meter), .meter(let meter, _): meters.insert(meter.id)
      case .reject: Issue.record("refused")
      }
    }
    return meters
  }

  @Test func `are credited to the meter that the user names`() throws {
    #expect(try meters("735999200000001") == ["735999200000001"])
  }

  @Test func `are credited to the input when nobody names it`() throws {
    #expect(try meters(nil) == ["unidentified@main"])
  }
}
