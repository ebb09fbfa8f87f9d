import Metering
import TestSupport
import Testing

@testable import Frames

@Suite("Fixtures")
struct FixtureTests {
  @Test("a fixture gives the reading that stands beside it, and nothing else", arguments: Fixture.all)
  func reading(fixture: Fixture) {
    let end = Int64(fixture.octets.count - 1)
    #expect(Heard(fixture.octets).events == [.list(fixture.expected, span: 0..<end)])
  }

  @Test("a fixture is sound by an independent check: length, HCS and FCS", arguments: Fixture.all)
  func checks(fixture: Fixture) {
    let octets = fixture.octets
    #expect(Int(octets[1] & 7) << 8 | Int(octets[2]) == octets.count - 2)
    #expect(crcX25(octets[1..<fixture.hcs.lowerBound]) == littleEndian(octets[fixture.hcs]))
    #expect(crcX25(octets[1..<(octets.count - 3)]) == littleEndian(octets[(octets.count - 3)..<(octets.count - 1)]))
  }

  @Test("a fixture is claimed by its layout, and admitted by its manufacturers besides auto", arguments: Fixture.all)
  func claim(fixture: Fixture) throws {
    let body = fixture.body
    var decoder = MessageDecoder()
    try decoder.decode(body.span, in: 0..<body.count, isChecked: false)
    #expect(decoder.lists.layout.name == fixture.layout)
    let admitting = Manufacturer.allCases.filter {
      Heard(fixture.octets, manufacturer: $0).readings == [fixture.expected]
    }
    #expect(admitting == [.auto] + fixture.manufacturers)
  }

  @Test("each layout has a fixture")
  func everyLayout() {
    let layouts =
      ListLayout.kaifa + ListLayout.iskraemeco + ListLayout.landisGyrPositional + [
        .aidon, .aidonSweden, .landisGyr, .landisGyrPush, .kaifaSweden, .kamstrup, .kamstrupPush1, .austria, .unknown,
      ]
    #expect(Set(layouts.map(\.name)).count == layouts.count)
    #expect(Set(Fixture.all.map(\.layout)) == Set(layouts.map(\.name)))
  }

  @Test("a message says the same with LLC, from its APDU on, and as a bare body", arguments: Fixture.all)
  func wrappers(fixture: Fixture) throws {
    var bare = fixture.expected
    // The list's own clock stands in the body; that of the APDU does not.
    if ![.list3, .se, .push1, .at, .unknown].contains(bare.kind) { bare.clock = nil }
    let forms = [
      (fixture.information, fixture.expected), (Array(fixture.information.dropFirst(3)), fixture.expected),
      (fixture.body, bare),
    ]
    for (octets, expected) in forms {
      #expect(MessageDecoder.maybeMessage(octets))
      var decoder = MessageDecoder()
      try decoder.decode(octets.span, in: 0..<octets.count, isChecked: false)
      #expect(Reading(decoder.list) == expected)
      #expect(decoder.list.isChecked == false)
    }
  }

  @Test("the clock of a fixture means the instant that its source says", arguments: Fixture.all)
  func instant(fixture: Fixture) throws {
    let oslo = try #require(Zone(named: "Europe/Oslo"))
    guard let instant = fixture.instant else {
      #expect(fixture.expected.clock == nil)
      return
    }
    let arrival = instant + TimeSpan(milliseconds: 1800)
    #expect(fixture.expected.clock?.instant(arrival: arrival, zone: oslo) == instant)
    if fixture.expected.kind == .list3 { #expect(hourBoundary(of: instant) == instant.floor(to: .hour)) }
  }

  @Test("values come under the names and in the spelling of decode --json")
  func values() {
    var decoder = StreamDecoder()
    decoder.append(Fixture.kaifaSweden.octets)
    #expect(decoder.next() == .list)
    let values = decoder.list.values.map { "\($0.key)=\($0.value.plain)" }
    #expect(
      values == [
        "list_version_id=KFM_001", "meter_id=7340157000000016", "meter_type=MA304H4",
        "meter_time=2026-06-15T15:08:15", "meter_time_offset_minutes=60", "meter_time_status=0",
        "active_power_import_w=455", "active_power_export_w=0", "reactive_power_import_var=0",
        "reactive_power_export_var=98", "current_l1_a=0.702", "current_l2_a=0.611", "current_l3_a=0.64",
        "voltage_l1_v=236.1", "voltage_l2_v=234.9", "voltage_l3_v=235.7", "active_energy_import_wh=11223344",
        "active_energy_export_wh=0", "reactive_energy_import_varh=55667", "reactive_energy_export_varh=788990",
      ])
    #expect(decoder.list.identity?.id == "7340157000000016")
    #expect(decoder.list.identity?.maker == .kaifa)
  }

  private func littleEndian(_ octets: ArraySlice<UInt8>) -> UInt16 {
    octets.reversed().reduce(0) { $0 << 8 | UInt16($1) }
  }
}

extension MeterList.Value {
  var plain: String {
    switch self {
    case .text(let text), .number(let text): text
    case .boolean(let flag): String(flag)
    }
  }
}
