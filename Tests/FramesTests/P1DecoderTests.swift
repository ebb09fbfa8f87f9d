import Frames
import Metering
import TestSupport
import Testing

@Suite("P1 telegrams to lists")
struct P1DecoderTests {
  @Test("the complete telegram gives all its values")
  func complete() throws {
    let list = try decoded(P1.complete)
    #expect(Reading(list) == P1.completeReading)
    #expect(list.identification == "TST5EXAMPLE-01")
    #expect(list.clockSaysSummer == false)
    #expect(list.isChecked)
    #expect(list.identity == nil)
    #expect(list.unknownElements == 0)
    #expect(list.malformedLines == 0)
  }

  @Test("the values have the names of decode --json")
  func values() throws {
    let values = try decoded(P1.short).values.map { "\($0.key)=\($0.value.plain)" }
    #expect(
      values == [
        "ident=TST5", "meter_manufacturer=TST", "meter_time=2026-01-15T14:00:10", "meter_time_dst=false",
        "active_energy_import_wh=12345678",
      ])
  }

  @Test("line ends that were normalised change nothing, and a telegram without CRC is unchecked")
  func checks() throws {
    #expect(try decoded(P1.shortNormalised).isChecked)
    #expect(try Reading(decoded(P1.shortNormalised)) == Reading(decoded(P1.short)))
    let unchecked = try decoded(P1.wire(P1.shortText.replacing("1306", with: "")))
    #expect(!unchecked.isChecked)
    #expect(try Reading(unchecked) == Reading(decoded(P1.short)))
  }

  static let measuredLines: [(line: String, quantity: Quantity, value: Int64)] = [
    ("1-0:1.7.0(0001.769*kW)", .activePowerImport, 1769), ("1-0:1.7.0(1769*W)", .activePowerImport, 1769),
    ("1-0:1.7.0(1.769*KW)", .activePowerImport, 1769), ("1-0:1.7.0(-1.5*kW)", .activePowerImport, -1500),
    ("1-0:1.7.0(0001.7694*kW)", .activePowerImport, 1769), ("1-0:1.7.0(0001.7695*kW)", .activePowerImport, 1770),
    ("1-1:2.7.0(1*kW)", .activePowerExport, 1000), ("1-0:2.7.0.255(1*kW)", .activePowerExport, 1000),
    ("1-0:2.7.0*255(1*kW)", .activePowerExport, 1000),
    ("1-0:3.7.0(0.402*kvar)", .reactivePowerImport, 402), ("1-0:3.7.0(0.402*kVAr)", .reactivePowerImport, 402),
    ("1-0:4.7.0(0.402*kVA)", .reactivePowerExport, 402), ("1-0:4.7.0(402*VAr)", .reactivePowerExport, 402),
    ("1-0:4.7.0(402*VA)", .reactivePowerExport, 402),
    ("1-0:44.7.0(0000.162*kvar)", .reactivePowerExportL2, 162),
    ("1-0:32.7.0(00234.6*V)", .voltageL1, 234_600), ("1-0:32.7.0(11.5*kV)", .voltageL1, 11_500_000),
    ("1-0:71.7.0(009*A)", .currentL3, 9000), ("1-0:71.7.0(0.123*a)", .currentL3, 123),
    ("1-0:1.8.0(999999999999999.999*kWh)", .activeEnergyImport, 999_999_999_999_999_999),
    ("1-0:1.8.0(12345678*Wh)", .activeEnergyImport, 12_345_678),
    ("1-0:2.8.0(00012.34*kWh)", .activeEnergyExport, 12_340),
    ("1-0:3.8.0(00000751.002*kVArh)", .reactiveEnergyImport, 751_002),
    ("1-0:4.8.0(751002*VARH)", .reactiveEnergyExport, 751_002),
    ("1-0:1.8.1(162.246*kWh)", .activeEnergyImportT1, 162_246),
    ("1-0:2.8.4(162.246*kWh)", .activeEnergyExportT4, 162_246),
  ]

  @Test("decimals become whole numbers of the base unit, in any case of the unit's letters", arguments: measuredLines)
  func measured(example: (line: String, quantity: Quantity, value: Int64)) throws {
    let list = try decoded([example.line])
    #expect(list.readings == Readings(dictionaryLiteral: (example.quantity, example.value)))
    #expect(list.malformedLines == 0)
  }

  @Test("registers keep their digits and the power of ten that makes them Wh")
  func registers() throws {
    #expect(
      try decoded(["1-0:1.8.0(00012345.67*kWh)"]).registers == Registers(activeImport: 1_234_567, scale: 1))
    #expect(
      try decoded(["1-0:1.8.0(00012345.67*kWh)", "1-0:2.8.0(00000000.001*kWh)"]).registers
        == Registers(activeImport: 12_345_670, activeExport: 1, scale: 0))
    #expect(try decoded(["1-0:1.7.0(0001.769*kW)"]).registers == nil)
  }

  static let malformedLines = [
    "1-0:4:24.7.0(0000.139*kvar)", "1-0:1.7.0", "1-0:1.7.0(", "1-0:1.7.0(1*kW", "1-0:1.7.0 (1*kW)", " 1-0:1.7.0(1*kW)",
    "1-0:1.7.0(1*kW) ", "1-0:1.7.0(1*kW))", "1-0:1.7.0((1*kW)", "1-0:1.7.0(1*kW)(2*kW)", "256-0:1.7.0(1*kW)",
    "1-0:1.7(1*kW)", "1-0:1.7.0.(1*kW)", "1-0:1..0(1*kW)", "1-0:1.0007.0(1*kW)", "-1-0:1.7.0(1*kW)", "1.7.0(1*kW)",
    "text", ")", "(1*kW)",
    "1-0:1.7.0(1e3*W)", "1-0:1.7.0(1E3*W)", "1-0:1.7.0(+1*kW)", "1-0:1.7.0(--1*kW)", "1-0:1.7.0(1-*kW)",
    "1-0:1.7.0(1.-5*kW)", "1-0:1.7.0(-*kW)", "1-0:1.7.0(1.2.3*kW)", "1-0:1.7.0(.5*kW)", "1-0:1.7.0(5.*kW)",
    "1-0:1.7.0(-.5*kW)", "1-0:1.7.0(*kW)", "1-0:1.7.0(1 *kW)", "1-0:1.7.0( 1*kW)", "1-0:1.7.0(1,5*kW)",
    "1-0:1.7.0(0000000000000000001*W)", "1-0:1.7.0(9999999999999999999*W)", "1-0:1.7.0(99999999999999999999999*W)",
    "1-0:1.8.0(999999999999999999*kWh)", "1-0:1.8.0(1.2345*kWh)",
    "1-0:1.7.0(1)", "1-0:1.7.0(1*)", "1-0:1.7.0(1kW)", "1-0:1.7.0(1*kWh)", "1-0:1.7.0(1*kVA)", "1-0:1.7.0(1*kW*kW)",
    "1-0:1.8.0(1*kW)", "1-0:1.8.0(1*kvarh)", "1-0:3.8.0(1*kWh)", "1-0:3.8.0(1*kVAh)", "1-0:32.7.0(230*A)",
    "1-0:31.7.0(5*V)", "1-0:31.7.0(5*mA)", "1-0:1.7.0(1*kWkWkWkWkW)",
    "0-0:96.1.0(0123456789012345678901234567890123)", "0-0:96.1.0(1)(2)", "0-0:1.0.0(213112235959W)",
    "0-0:1.0.0(260115140010X)", "0-0:1.0.0(W)", "0-0:1.0.0(260115)", "0-0:1.0.0(-260115140010)",
    "0-0:1.0.0(2601151400100000W)", "1-0:0.9.1(1400)", "1-0:0.9.2(2601)",
  ]

  @Test("a line that cannot be read is passed over and counted", arguments: malformedLines)
  func malformed(line: String) throws {
    let list = try decoded([line, "1-0:2.7.0(0001.769*kW)"])
    #expect(list.malformedLines == 1)
    #expect(list.unknownElements == 0)
    #expect(list.readings == [.activePowerExport: 1769])
    #expect(list.registers == nil)
    #expect(list.clock == nil)
    #expect(list.meterID.isEmpty)
  }

  static let unknownLines = [
    "0-0:96.13.0()", "0-0:17.0.0(16500)", "0-1:24.2.1(260115140000W)(00012.345*m3)", "0-1:96.1.0(4730303339)",
    "1-0:1.8.0*01(00001.000*kWh)", "1-0:1.8.0.0(00001.000*kWh)", "1-2:1.8.0(00001.000*kWh)", "0-0:1.8.0(1*kWh)",
    "7-0:1.8.0(1*kWh)", "1-0:99.97.0()", "0-0:255.255.255(x!=y)".replacing("!", with: ""),
  ]

  @Test("a line of something else is passed over and counted as unknown", arguments: unknownLines)
  func unknown(line: String) throws {
    let list = try decoded([line, "1-0:2.7.0(0001.769*kW)"])
    #expect(list.unknownElements == 1)
    #expect(list.malformedLines == 0)
    #expect(list.readings == [.activePowerExport: 1769])
    #expect(list.meterID.isEmpty)
  }

  @Test("of two lines with the same code the first one counts, and the other is counted")
  func twice() throws {
    let list = try decoded(["1-0:1.8.0(1.000*kWh)", "1-0:1.8.0(2.000*kWh)", "0-0:96.1.0(1)", "0-0:96.1.0(2)"])
    #expect(list.readings == [.activeEnergyImport: 1000])
    #expect(list.registers == Registers(activeImport: 1000, scale: 0))
    #expect(list.meterID == "1")
    #expect(list.malformedLines == 2)
    let clocks = ["0-0:1.0.0(260115140010W)", "0-0:1.0.0(260115150010S)", "1-0:0.9.1(160010)", "1-0:0.9.2(260116)"]
    let timed = try decoded(clocks + ["1-0:1.7.0(1*W)"])
    #expect(timed.clock == clock("2026-01-15T14:00:10", status: nil))
    #expect(timed.clockSaysSummer == false)
    #expect(timed.malformedLines == 1)
  }

  @Test("a value that the meter leaves empty is absent")
  func empty() throws {
    let list = try decoded(["1-0:1.7.0()", "0-0:96.1.0()", "0-0:1.0.0()", "1-0:2.7.0(1*W)"])
    #expect(list.readings == [.activePowerExport: 1])
    #expect(list.malformedLines == 0)
  }

  static let clockLines: [(lines: [String], wall: String?, isSummer: Bool?)] = [
    (["0-0:1.0.0(260115140010W)"], "2026-01-15T14:00:10", false),
    (["0-0:1.0.0(260715140010S)"], "2026-07-15T14:00:10", true),
    (["0-0:1.0.0(260115140010)"], "2026-01-15T14:00:10", nil),
    (["0-0:1.0.0(20260115 14:00:10)"], "2026-01-15T14:00:10", nil),
    (["1-0:0.9.1(222553)", "1-0:0.9.2(251002)"], "2025-10-02T22:25:53", nil),
    (["1-0:0.9.2(2025-10-02)", "1-0:0.9.1(22:25:53)"], "2025-10-02T22:25:53", nil),
    (["1-0:0.9.1(222553)"], nil, nil), (["1-0:0.9.2(251002)"], nil, nil), ([], nil, nil),
    (["1-0:0.9.1(246060)", "1-0:0.9.2(251002)"], nil, nil),
    (["0-0:1.0.0(213112235959W)"], nil, nil), (["0-0:1.0.0(260229000000W)"], nil, nil),
    (["0-0:1.0.0(632525252525W)"], nil, nil), (["0-0:1.0.0(260115240000W)"], nil, nil),
  ]

  @Test("the clock is the wall reading as sent, with its letter; an impossible one is no clock", arguments: clockLines)
  func clocks(example: (lines: [String], wall: String?, isSummer: Bool?)) throws {
    let list = try decoded(example.lines + ["1-0:1.7.0(1*W)"])
    #expect(list.clock == example.wall.flatMap { clock($0, status: nil) })
    #expect(list.clockSaysSummer == example.isSummer)
  }

  static let headers: [(header: String, maker: Maker)] = [
    ("ADN9 6534", .aidon), ("KFM5KAIFA-METER", .kaifa), ("KAM5", .kamstrup), ("LGF5E360", .landisGyr),
    ("LGZ5", .landisGyr), ("ISK9\\2M551T-200", .iskraemeco), ("ELL5\\253833635_A", .sagemcom),
    ("NES5:83335-3E", .nes), ("EGM5G15", .elgama), ("TST5EXAMPLE-01", .other), ("Kam5", .other), ("KAm5", .kamstrup),
  ]

  @Test("the header is kept, and its letters name the maker", arguments: headers)
  func makers(example: (header: String, maker: Maker)) throws {
    let list = try decoded(P1.telegram(["1-0:1.7.0(1*W)"], header: example.header))
    #expect(list.identification.description == example.header)
    #expect(list.maker == example.maker)
    #expect(list.identity == nil)
  }

  @Test("a meter number makes an identity")
  func identity() throws {
    let list = try decoded(["0-0:96.1.0(96000001)", "1-0:1.7.0(1*W)"])
    #expect(list.identity == MeterIdentity(id: "96000001", maker: .other))
  }

  @Test("a telegram without a reading is refused", arguments: [[], ["0-0:1.0.0(260115140010W)"], ["nonsense"]])
  func nothing(lines: [String]) {
    #expect(throws: P1Error.noReading) { try decoded(lines) }
  }

  @Test("nothing of the list before is left")
  func fresh() throws {
    var list = try decoded(
      ["0-0:96.1.0(1)", "0-0:96.1.7(2)", "0-0:1.0.0(260715140010S)", "1-0:1.8.0(1*Wh)", "text", "0-0:17.0.0(1)"])
    let octets = P1.telegram(["1-0:2.7.0(1*W)"], header: "KAM5")
    guard case .telegram(let telegram) = P1Framing(octets.span, at: 0) else { return }
    try P1Decoder.decode(octets.span, telegram, into: &list)
    #expect(Reading(list) == Reading(kind: .p1, maker: .kamstrup, readings: [.activePowerExport: 1]))
    #expect(list.clockSaysSummer == nil)
    #expect(list.unknownElements == 0)
    #expect(list.malformedLines == 0)

    var lists = ListDecoder()
    let body = Fixture.kaifaList1.body
    try lists.decode(body.span, in: 0..<body.count, into: &list)
    #expect(list.identification.isEmpty)
  }

  @Test("lines can be gone through one by one, for a listing")
  func lines() throws {
    let octets = P1.telegram(["0-0:1.0.0(260115140010W)", "text", "1-0:1.8.0(1*kWh)"])
    guard case .telegram(let telegram) = P1Framing(octets.span, at: 0) else { return }
    var place = telegram.lines.lowerBound
    var texts: [String] = []
    while let line = P1Line(octets.span, at: &place, end: telegram.lines.upperBound) {
      texts.append("\(line.code?.description ?? "-") \(String(decoding: octets[line.values], as: UTF8.self))")
    }
    #expect(texts == ["0-0:1.0.0 260115140010W", "- ", "1-0:1.8.0 1*kWh"])
  }

  private func decoded(_ octets: [UInt8]) throws -> MeterList {
    var list = MeterList()
    guard case .telegram(let telegram) = P1Framing(octets.span, at: 0) else {
      Issue.record("no telegram")
      return list
    }
    try P1Decoder.decode(octets.span, telegram, into: &list)
    return list
  }

  private func decoded(_ lines: [String]) throws -> MeterList { try decoded(P1.telegram(lines)) }
}
