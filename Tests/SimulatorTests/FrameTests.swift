import Metering
import TestSupport
import Testing

@testable import Simulator

@Suite("Frames are built octet for octet")
struct FrameTests {
  @Test("Worked examples", arguments: GoldenVector.all)
  func examples(vector: GoldenVector) {
    let frame = vector.model.frame(vector.list, readings: vector.readings, clock: vector.clock)
    #expect(hex(frame) == hex(octets(vector.octets)))
  }

  @Test("The checksum has its published check value")
  func checkValue() {
    #expect(CRC16X25.checksum(Array("123456789".utf8)[...]) == 0x906E)
  }

  @Test(
    "Header checksums",
    arguments: [
      ("A0 2A 41 08 83 13", "04 13"), ("A1 8A 41 08 83 13", "EB FD"), ("A0 78 01 02 01 10", "C4 98"),
      ("A0 9B 01 02 01 10", "EE AE"), ("A1 2C 2B 21 13", "FC 04"), ("A0 BA 2B 21 13", "ED AA"),
    ])
  func headers(header: String, checksum: String) {
    let value = CRC16X25.checksum(octets(header)[...])
    #expect([UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] == octets(checksum))
  }

  @Test("Two frames share a flag")
  func sharedFlag() {
    let vectors = GoldenVector.all.filter { $0.testDescription.hasPrefix("Kaifa list 1") }
    let frames = vectors.map { $0.model.frame($0.list, readings: $0.readings, clock: $0.clock) }
    let expected = octets(
      """
      7E A0 27 01 02 01 10 5A 87 E6 E7 00 0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 3A FF 80 00 00 02 01 06 00 00
      05 DF 31 40 7E A0 27 01 02 01 10 5A 87 E6 E7 00 0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 38 FF 80 00 00 02
      01 06 00 00 15 7E 98 63 7E
      """)
    #expect(expected.count == 81)
    #expect(hex(HDLCFrameBuilder.sharingFlags(frames)) == hex(expected))
  }

  @Test("A frame without information has no header checksum")
  func emptyFrame() {
    let frames = HDLCFrameBuilder(addresses: [0x41, 0x08, 0x83], control: 0x13).frames([])
    #expect(frames == [octets("7E A0 08 41 08 83 13 1D 65 7E")])
  }

  @Test("A message in segments of 20 octets")
  func segments() {
    let vector = GoldenVector.all[0]
    let frames = vector.model.segments(
      vector.list, readings: vector.readings, clock: vector.clock, segmentSize: 20)
    #expect(
      frames.map { hex($0) } == [
        "7E A8 1E 41 08 83 13 9D CB E6 E7 00 0F 40 00 00 00 00 01 01 02 03 09 06 01 00 01 07 00 C9 CA 7E",
        "7E A0 16 41 08 83 13 E5 B0 FF 06 00 00 04 D2 02 02 0F 00 16 1B 22 05 7E",
      ])
  }

  @Test(
    "Frame sizes in octets, both flags counted",
    arguments: [
      ("aidon-1p", [44, 212, 320]), ("aidon-it", [44, 269, 377]), ("aidon-tn", [44, 288, 396]),
      ("kaifa-1p", [41, 103, 137]), ("kaifa-it", [41, 123, 157]), ("kaifa-tn", [41, 122, 156]),
      ("kamstrup-1p", [0, 180, 254]), ("kamstrup-1p-nulls", [0, 188, 262]), ("kamstrup-tn", [0, 228, 302]),
      ("kamstrup-tn-old", [0, 229, 303]), ("kamstrup-it", [0, 228, 302]), ("lg-it", [44, 288, 396]),
    ] as [(String, [Int])])
  func sizes(name: String, sizes: [Int]) throws {
    let model = try MeterModel.named(name)
    for (list, size) in zip(PushList.allCases, sizes) where size > 0 {
      #expect(model.frame(list, readings: [:], clock: meterClock("2026-01-15T14:00:00")).count == size, "\(list)")
    }
  }

  @Test(
    "COSEM date-times",
    arguments: [
      (meterClock("2026-01-15T14:00:00", deviation: 0), true, "07 EA 01 0F 04 0E 00 00 FF 00 00 00"),
      (meterClock("2026-07-02T19:00:10"), false, "07 EA 07 02 04 13 00 0A FF 80 00 00"),
      (meterClock("2026-06-15T15:08:15", deviation: -60), false, "07 EA 06 0F 01 0F 08 0F FF FF C4 00"),
      (meterClock("2026-03-01T12:00:10", deviation: 0), true, "07 EA 03 01 00 0C 00 0A FF 00 00 00"),
      (meterClock("2026-03-01T12:00:10", deviation: 0), false, "07 EA 03 01 07 0C 00 0A FF 00 00 00"),
    ])
  func dateTimes(clock: MeterClock, sundayIsZero: Bool, expected: String) {
    #expect(hex(clock.dateTimeOctets(sundayIsZero: sundayIsZero)) == expected)
  }

  @Test("An Aidon with unspecified deviation and status sends 8000 and FF")
  func unspecified() {
    let sunday = MeterClock(wall: meterClock("2026-03-01T12:00:10").wall)
    #expect(hex(sunday.dateTimeOctets(sundayIsZero: true)) == "07 EA 03 01 00 0C 00 0A FF 80 00 FF")
  }

  @Test("Lengths take the long form from 128 on")
  func lengths() {
    var writer = AXDRWriter()
    for length in [0x7F, 0x80, 0xFF, 0x100, 0x1_0000] { writer.length(length) }
    #expect(hex(writer.octets) == "7F 81 80 81 FF 82 01 00 84 00 01 00 00")
  }

  @Test("A value beyond its type is sent as the largest one")
  func clamped() throws {
    let model = try MeterModel.named("aidon-tn")
    let sent = model.sent([.currentL1: 9_999_999, .currentL2: -9_999_999, .voltageL1: 99_999_999], in: .list2)
    #expect(sent[.currentL1] == 3_276_700)
    #expect(sent[.currentL2] == -3_276_800)
    #expect(sent[.voltageL1] == 6_553_500)
  }

  @Test("What is sent is cut to the meter's resolution")
  func resolution() throws {
    let measured: Readings = [.currentL1: -1_234, .voltageL1: 231_567, .activeEnergyImport: 12_349]
    let values = try ["aidon-1p", "kaifa-1p", "kamstrup-1p", "lg-1p"].map { name in
      let sent = try MeterModel.named(name).sent(measured, in: .list3)
      return [sent[.currentL1], sent[.voltageL1], sent[.activeEnergyImport]]
    }
    #expect(values[0] == [-1_200, 231_600, 12_340])
    #expect(values[1] == [1_234, 231_600, 12_349])
    #expect(values[2] == [1_230, 232_000, 12_340])
    #expect(values[3] == [-1_230, 231_600, 12_340])
  }

  @Test("In a 3-wire net each maker leaves out, or sends as 0, what it does not measure")
  func threeWire() throws {
    let measured: Readings = [.currentL2: 4_000, .voltageL2: 235_000]
    let values = try ["aidon-it", "kaifa-it", "kamstrup-it", "lg-it"].map { name in
      let sent = try MeterModel.named(name).sent(measured, in: .list2)
      return [sent[.currentL2], sent[.voltageL2]]
    }
    #expect(values == [[nil, 235_000], [4_000, 0], [4_000, 235_000], [0, 0]])
  }

  @Test("Models have names of their own, and an unknown name says where to look")
  func names() {
    #expect(Set(MeterModel.all.map(\.name)).count == MeterModel.all.count)
    #expect(Set(MeterModel.all.map(\.identity.id)).count == MeterModel.all.count)
    #expect(throws: SimulatorError.unknownModel("nuri-tn")) { try MeterModel.named("nuri-tn") }
  }
}
