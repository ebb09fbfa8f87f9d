import Frames
import Metering

/// Telegrams whose meaning is known. Invented: `protocol.md` 6.5, or built here.
enum P1 {
  /// 6.5-A, its lines.
  static let completeLines = """
    0-0:1.0.0(260115140010W)
    1-0:1.8.0(00012345.678*kWh)
    1-0:2.8.0(00000012.345*kWh)
    1-0:3.8.0(00000751.002*kvarh)
    1-0:4.8.0(00001977.064*kvarh)
    1-0:1.7.0(0001.769*kW)
    1-0:2.7.0(0000.000*kW)
    1-0:3.7.0(0000.000*kvar)
    1-0:4.7.0(0000.402*kvar)
    1-0:21.7.0(0001.023*kW)
    1-0:22.7.0(0000.000*kW)
    1-0:41.7.0(0000.393*kW)
    1-0:42.7.0(0000.000*kW)
    1-0:61.7.0(0000.353*kW)
    1-0:62.7.0(0000.000*kW)
    1-0:23.7.0(0000.000*kvar)
    1-0:24.7.0(0000.101*kvar)
    1-0:43.7.0(0000.000*kvar)
    1-0:44.7.0(0000.162*kvar)
    1-0:63.7.0(0000.000*kvar)
    1-0:64.7.0(0000.139*kvar)
    1-0:32.7.0(234.4*V)
    1-0:52.7.0(233.3*V)
    1-0:72.7.0(235.1*V)
    1-0:31.7.0(004.4*A)
    1-0:51.7.0(001.8*A)
    1-0:71.7.0(001.6*A)
    """

  /// 6.5-A: 710 octets.
  static let complete = wire("/TST5EXAMPLE-01\n\n\(completeLines)\n!0213\n")

  /// What 6.5-A says.
  static let completeReading = Reading(
    kind: .p1, maker: .other, clock: clock("2026-01-15T14:00:10", status: nil),
    readings: [
      .activeEnergyImport: 12_345_678, .activeEnergyExport: 12_345, .reactiveEnergyImport: 751_002,
      .reactiveEnergyExport: 1_977_064, .activePowerImport: 1769, .activePowerExport: 0, .reactivePowerImport: 0,
      .reactivePowerExport: 402, .activePowerImportL1: 1023, .activePowerExportL1: 0, .activePowerImportL2: 393,
      .activePowerExportL2: 0, .activePowerImportL3: 353, .activePowerExportL3: 0, .reactivePowerImportL1: 0,
      .reactivePowerExportL1: 101, .reactivePowerImportL2: 0, .reactivePowerExportL2: 162,
      .reactivePowerImportL3: 0, .reactivePowerExportL3: 139, .voltageL1: 234_400, .voltageL2: 233_300,
      .voltageL3: 235_100, .currentL1: 4400, .currentL2: 1800, .currentL3: 1600,
    ],
    registers: Registers(
      activeImport: 12_345_678, activeExport: 12_345, reactiveImport: 751_002, reactiveExport: 1_977_064, scale: 0))

  /// 6.5-B.
  static let shortText = "/TST5\n\n0-0:1.0.0(260115140010W)\n1-0:1.8.0(00012345.678*kWh)\n!1306\n"
  static let short = wire(shortText)
  /// The same with the line ends that text tools leave.
  static let shortNormalised = Array(shortText.utf8)

  /// The octets of a text whose lines end with CR LF.
  static func wire(_ text: String) -> [UInt8] { text.utf8.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }

  /// A telegram of these lines with a right CRC and the line end behind it.
  static func telegram(_ lines: [String], header: String = "TST5") -> [UInt8] {
    checked(wire("/\(header)\n\n" + lines.map { $0 + "\n" }.joined() + "!")) + wire("\n")
  }

  /// These octets and the digits of their CRC.
  static func checked(_ covered: [UInt8]) -> [UInt8] {
    let digits = String(crcARC(covered), radix: 16, uppercase: true)
    return covered + Array((String(repeating: "0", count: 4 - digits.count) + digits).utf8)
  }

  /// The telegrams that a reader finds who tries every `/`.
  static func lists(in octets: [UInt8]) -> [MeterList] {
    var found: [MeterList] = []
    var place = 0
    while place < octets.count {
      var next = place + 1
      if octets[place] == 0x2F, case .telegram(let telegram) = P1Framing(octets.span, at: place) {
        var list = MeterList()
        if (try? P1Decoder.decode(octets.span, telegram, into: &list)) != nil { found.append(list) }
        next = telegram.octets.upperBound
      }
      place = next
    }
    return found
  }
}

/// CRC-16/ARC, one bit at a time: short, slow, and not the decoder's own.
func crcARC(_ octets: some Sequence<UInt8>) -> UInt16 {
  var crc: UInt16 = 0
  for octet in octets {
    crc ^= UInt16(octet)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
  }
  return crc
}
