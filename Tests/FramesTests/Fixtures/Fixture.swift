import Frames
import Metering
import TestSupport
import Testing

/// One frame whose meaning is known, and what a right decoder makes of it.
///
/// Meter numbers and readings are invented. `source` says where octets and values come from: a worked example of
/// `protocol.md` (values by its section 9), or built here by hand, octet for octet as the maker does.
struct Fixture: Sendable, CustomTestStringConvertible {
  let name: String
  let source: String
  /// The name of the one layout that claims the frame.
  let layout: String
  /// The values of `meter_manufacturer`, besides `auto`, under which it is read.
  let manufacturers: [Manufacturer]
  /// From flag to flag.
  let octets: [UInt8]
  let expected: Reading
  /// The instant that the clock means, in Norway and Sweden.
  let instant: UTCTime?

  init(
    _ name: String, source: String, layout: String, admittedBy manufacturers: Manufacturer..., frame: String,
    expected: Reading, instant: String? = nil
  ) {
    self.name = name
    self.source = source
    self.layout = layout
    self.manufacturers = manufacturers
    self.octets = TestSupport.octets(frame)
    self.expected = expected
    self.instant = instant.flatMap { UTCTime(iso8601: $0) }
  }

  var testDescription: String { name }

  static let all = [
    aidonList1, aidonList2OnePhase, aidonList2ThreeWire, aidonList2FourWire, aidonList3ThreeWire, aidonList3FourWire,
    aidonSwedenOnePhase, aidonSwedenThreePhase, landisGyrList2,
    kaifaList1, kaifaList1FlagInside, kaifaList2OnePhase, kaifaList2ThreePhase, kaifaList3OnePhase,
    kaifaList3ThreePhase, kaifaList3LongRegisters, kaifaSweden,
    kamstrupTenSeconds, kamstrupTenSecondsOnePhase, kamstrupTransformer, kamstrupHourly, kamstrupHourlyOnePhase,
    kamstrupSweden, kamstrupDenmark, kamstrupUnknownMarket, kamstrupPush1, kamstrupPush1OnePhase,
    kamstrupPush1WattHours, kamstrupPush1Transformer, austria, unknownLabelled,
    landisGyrPush, landisGyrValues14, landisGyrValues11, landisGyrTotals, landisGyrPhases,
    iskraemecoPower, iskraemecoPowerTotals, iskraemecoOnePhase, iskraemecoOnePhaseVoltage, iskraemecoRegisters,
    iskraemecoRegisterTotals, iskraemecoPowerAndRegisters, iskraemecoAll, iskraemecoRegistersAndPower,
    iskraemecoOnePhaseTotals, iskraemecoTariffs,
  ]

  /// The information field: LLC, APDU, body.
  var information: [UInt8] { Array(octets[hcs.upperBound..<(octets.count - 3)]) }

  /// The place of the HCS: behind flag, format, two addresses (each ends with an odd octet) and control.
  var hcs: Range<Int> {
    var place = 3
    for _ in 0..<2 {
      while octets[place] & 1 == 0 { place += 1 }
      place += 1
    }
    return (place + 1)..<(place + 3)
  }

  /// The A-XDR body: behind LLC (3), tag and invoke id (5), and the date-time in its form.
  var body: [UInt8] {
    let apdu = information.dropFirst(8)
    let dateTime =
      switch apdu.first {
      case 0x00: 1
      case 0x09: 14
      default: 13
      }
    return Array(apdu.dropFirst(dateTime))
  }
}

/// What one message said, in a form that can be written down and compared.
struct Reading: Hashable, Sendable {
  var kind: ListKind
  var maker: Maker
  var listVersion: ShortText = ""
  var meterID: ShortText = ""
  var meterType: ShortText = ""
  var deviceName: ShortText = ""
  var tariff: Int64?
  var clock: MeterClock?
  var readings: Readings
  var registers: Registers?
}

extension Reading {
  init(_ list: MeterList) {
    self.init(
      kind: list.kind, maker: list.maker, listVersion: list.listVersion, meterID: list.meterID,
      meterType: list.meterType, deviceName: list.deviceName, tariff: list.tariff, clock: list.clock,
      readings: list.readings, registers: list.registers)
  }
}

func clock(_ wall: String, deviation: Int? = nil, status: UInt8?) -> MeterClock? {
  CivilTime(iso8601: wall).map { MeterClock(wall: $0, deviation: deviation, status: status) }
}
