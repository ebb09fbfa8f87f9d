import Frames
import Metering
import TestSupport
import Testing

@Suite("From a body to a list")
struct ListDecoderTests {
  // MARK: Bodies

  static let power = "09 06 01 00 01 07 00 FF"
  static let current = "09 06 01 00 1F 07 00 FF"
  static let voltage = "09 06 01 00 20 07 00 FF"
  static let importRegister = "09 06 01 00 01 08 00 FF"
  static let exportRegister = "09 06 01 00 02 08 00 FF"
  static let reactiveRegister = "09 06 01 00 03 08 00 FF"
  static let clockCode = "09 06 00 00 01 00 00 FF"
  static let dateTime = "09 0C 07 EA 01 0F 04 0E 00 00 FF 00 00 00"

  /// An element of Aidon's form: code, value, scaler and unit.
  static func element(_ code: String, _ value: String, scaler: Int8, unit: UInt8) -> String {
    "02 03 \(code) \(value) 02 02 0F \(hex([UInt8(bitPattern: scaler)])) 16 \(hex([unit]))"
  }

  /// An array of elements.
  static func array(_ elements: String...) -> [UInt8] { [0x01, UInt8(elements.count)] + octets(elements.joined()) }

  private func read(_ body: [UInt8]) throws(MessageError) -> MeterList {
    var decoder = MessageDecoder()
    try decoder.decode(body.span, in: 0..<body.count, isChecked: true)
    return decoder.list
  }

  private func error(_ body: [UInt8]) -> ListError.Kind? {
    do {
      _ = try read(body)
      return nil
    } catch {
      if case .list(.list(let error)) = error { return error.kind }
      Issue.record("\(error)")
      return nil
    }
  }

  // MARK: Scaler and unit

  static let scaled: [(element: String, quantity: Quantity, value: Int64)] = [
    // protocol.md 3.5
    (element(importRegister, "06 00 74 CB B1", scaler: 1, unit: 30), .activeEnergyImport, 76_543_210),
    (element(current, "10 FF E9", scaler: -1, unit: 33), .currentL1, -2300),
    (element(voltage, "12 09 43", scaler: -1, unit: 35), .voltageL1, 237_100),
    // Signed octets, not digits: 25.6 A is 01 00.
    (element(current, "10 01 00", scaler: -1, unit: 33), .currentL1, 25_600),
    (element(current, "10 80 00", scaler: -1, unit: 33), .currentL1, -3_276_800),
    (element(current, "10 7F FF", scaler: -3, unit: 33), .currentL1, 32_767),
    (element(current, "06 00 00 00 05", scaler: 0, unit: 33), .currentL1, 5000),
    (element(power, "06 00 00 30 39", scaler: 3, unit: 27), .activePowerImport, 12_345_000),
    (element(power, "14 80 00 00 00 00 00 00 00", scaler: 0, unit: 27), .activePowerImport, .min),
    // Power, current and voltage finer than kept are rounded, halves away from zero.
    (element(power, "06 00 00 30 39", scaler: -1, unit: 27), .activePowerImport, 1235),
    (element(power, "05 FF FF CF C7", scaler: -1, unit: 27), .activePowerImport, -1235),
    (element(current, "06 00 00 30 39", scaler: -4, unit: 33), .currentL1, 1235),
    (element(power, "06 FF FF FF FF", scaler: -128, unit: 27), .activePowerImport, 0),
    (element(power, "06 00 00 00 00", scaler: 127, unit: 27), .activePowerImport, 0),
    // Registers come out whole, from a finer scale too.
    (element(importRegister, "06 00 74 CB B0", scaler: -1, unit: 30), .activeEnergyImport, 765_432),
    (element(importRegister, "15 7F FF FF FF FF FF FF FF", scaler: 0, unit: 30), .activeEnergyImport, .max),
  ]

  @Test("a value in its scaler comes out in the base unit", arguments: scaled.indices)
  func scale(index: Int) throws {
    let expected = Self.scaled[index]
    let list = try read(Self.array(expected.element))
    #expect(list.readings == [expected.quantity: expected.value])
  }

  static let unscalable = [
    element(power, "06 00 00 00 01", scaler: 127, unit: 27),
    element(power, "14 80 00 00 00 00 00 00 00", scaler: 1, unit: 27),
    element(current, "15 7F FF FF FF FF FF FF FF", scaler: 0, unit: 33),
    element(voltage, "14 80 00 00 00 00 00 00 00", scaler: -2, unit: 35),
    element(importRegister, "15 7F FF FF FF FF FF FF FF", scaler: 1, unit: 30),
    // A register is never rounded.
    element(importRegister, "06 00 74 CB B1", scaler: -1, unit: 30),
    element(importRegister, "06 00 00 00 01", scaler: -128, unit: 30),
  ]

  @Test("a value that overflows, or a register that is not whole, is refused and not trapped", arguments: unscalable)
  func overflow(element: String) {
    guard case .scale = error(Self.array(element)) else {
      Issue.record("\(element) was not refused for its scale")
      return
    }
  }

  static let wrongUnits: [(element: String, quantity: Quantity)] = [
    (element(power, "06 00 00 00 01", scaler: 0, unit: 28), .activePowerImport),
    (element(power, "06 00 00 00 01", scaler: 0, unit: 30), .activePowerImport),
    (element(importRegister, "06 00 00 00 01", scaler: 0, unit: 27), .activeEnergyImport),
    (element(importRegister, "06 00 00 00 01", scaler: 0, unit: 32), .activeEnergyImport),
    (element(reactiveRegister, "06 00 00 00 01", scaler: 0, unit: 30), .reactiveEnergyImport),
    (element(current, "06 00 00 00 01", scaler: 0, unit: 35), .currentL1),
    (element(voltage, "06 00 00 00 01", scaler: 0, unit: 33), .voltageL1),
    (element(voltage, "06 00 00 00 01", scaler: 0, unit: 0), .voltageL1),
    (element(voltage, "06 00 00 00 01", scaler: 0, unit: 255), .voltageL1),
  ]

  @Test("a unit that is not the quantity's own is refused", arguments: wrongUnits.indices)
  func unit(index: Int) {
    let wrong = Self.wrongUnits[index]
    guard case .unit(_, wrong.quantity) = error(Self.array(wrong.element)) else {
      Issue.record("\(wrong.element) was not refused for its unit")
      return
    }
  }

  @Test(
    "what stands behind a value must be its scaler and unit",
    arguments: ["00", "02 00", "02 01 0F 00", "02 02 11 00 16 1B", "02 02 0F 00 11 1B", "02 02 02 00 0F 00"])
  func noScaler(pair: String) {
    #expect(error(Self.array("02 03 \(Self.power) 06 00 00 00 01 \(pair)")) == .scalerUnit)
  }

  @Test("a measured value without scaler and unit is refused where the frame has to send them")
  func missingScaler() {
    #expect(error(Self.array("02 02 \(Self.importRegister) 06 00 00 00 01")) == .scalerUnit)
    #expect(error(Self.array("02 02 \(Self.power) 06 00 00 00 01")) == .scalerUnit)
  }

  // MARK: Registers

  @Test("registers keep what was sent and its power of ten")
  func registers() throws {
    let list = try read(
      Self.array(
        Self.element(Self.importRegister, "06 00 74 CB B1", scaler: 1, unit: 30),
        Self.element(Self.exportRegister, "06 00 00 00 00", scaler: 1, unit: 30)))
    #expect(list.registers == Registers(activeImport: 7_654_321, activeExport: 0, scale: 1))
    #expect(list.kind == .list3)
    #expect(list.registers?.importWattHours == list.readings[.activeEnergyImport])
  }

  @Test("registers sent in two scales are kept in the finer one, exactly, in either order")
  func mixedScales() throws {
    let coarse = Self.element(Self.importRegister, "06 00 74 CB B1", scaler: 1, unit: 30)
    let fine = Self.element(Self.exportRegister, "06 00 00 00 07", scaler: 0, unit: 30)
    let expected = Registers(activeImport: 76_543_210, activeExport: 7, scale: 0)
    for body in [Self.array(coarse, fine), Self.array(fine, coarse)] {
      let list = try read(body)
      #expect(list.registers == expected)
      #expect(list.readings == [.activeEnergyImport: 76_543_210, .activeEnergyExport: 7])
    }
  }

  @Test("registers whose scales cannot be brought together are refused")
  func irreconcilableScales() {
    let huge = Self.element(Self.importRegister, "15 7F FF FF FF FF FF FF F8", scaler: 0, unit: 30)
    let fine = Self.element(Self.exportRegister, "06 00 00 00 0A", scaler: -1, unit: 30)
    for body in [Self.array(huge, fine), Self.array(fine, huge)] {
      guard case .scale = error(body) else {
        Issue.record("not refused")
        return
      }
    }
  }

  // MARK: Elements

  @Test("a null in the place of a value is an absent value, not 0")
  func nullValue() throws {
    let list = try read(
      Self.array(
        Self.element(Self.power, "06 00 00 04 D2", scaler: 0, unit: 27),
        Self.element(Self.current, "00", scaler: -1, unit: 33), "02 02 \(Self.voltage) 00"))
    #expect(list.readings == [.activePowerImport: 1234])
  }

  @Test("an element that is not known is passed over and counted")
  func unknownElement() throws {
    let list = try read(
      Self.array(
        "02 03 09 06 01 00 63 63 00 FF 06 00 00 00 01 02 02 0F 00 16 FF",
        "02 02 09 06 00 00 60 07 15 FF 02 02 11 01 0A 01 41",
        Self.element(Self.power, "06 00 00 04 D2", scaler: 0, unit: 27)))
    #expect(list.readings == [.activePowerImport: 1234])
    #expect(list.unknownElements == 2)
  }

  @Test("a quantity, a text or a clock that stands there twice is refused: one of the two would be wrong")
  func twice() {
    let power = Self.element(Self.power, "06 00 00 04 D2", scaler: 0, unit: 27)
    #expect(error(Self.array(power, power)) == .twice("active_power_import_w"))
    let id = "02 02 09 06 00 00 60 01 00 FF 0A 03 31 32 33"
    let otherID = "02 02 09 06 01 01 00 00 05 FF 0A 03 34 35 36"
    #expect(error(Self.array(id, otherID)) == .twice("meter_id"))
    let clock = "02 02 \(Self.clockCode) \(Self.dateTime)"
    #expect(error(Self.array(power, clock, clock)) == .twice("meter_time"))
  }

  @Test("a value of the wrong type is refused")
  func types() {
    let bodies = [
      Self.element(Self.power, "0A 01 31", scaler: 0, unit: 27),
      Self.element(Self.power, "17 40 49 0F DB", scaler: 0, unit: 27),
      Self.element(Self.power, "02 01 06 00 00 00 01", scaler: 0, unit: 27),
      "02 02 09 06 00 00 60 01 00 FF 06 00 00 00 01",
      "02 02 \(Self.clockCode) 06 00 00 00 01",
      "02 02 \(Self.clockCode) 09 05 07 EA 01 0F 04",
      "02 02 \(Self.clockCode) 0A 0C 07 EA 01 0F 04 0E 00 00 FF 00 00 00",
    ]
    for body in bodies {
      if case .type = error(Self.array(body)) { continue }
      Issue.record("\(body) was not refused for its type")
    }
  }

  @Test(
    "an element that does not begin with a code is refused", arguments: ["11 01", "02 01 11 01", "02 02 11 01 11 02"])
  func elements(element: String) {
    #expect(error(Self.array(Self.element(Self.power, "06 00 00 04 D2", scaler: 0, unit: 27), element)) == .element)
  }

  @Test("a clock element whose fields are unspecified is no clock, and no reason to refuse the list")
  func unspecifiedClock() throws {
    let nothing = [String](repeating: "FF", count: 12).joined(separator: " ")
    let power = Self.element(Self.power, "06 00 00 04 D2", scaler: 0, unit: 27)
    let list = try read(Self.array(power, "02 02 \(Self.clockCode) 09 0C \(nothing)"))
    #expect(list.clock == nil)
    let tagged = try read(Self.array(power, "02 02 \(Self.clockCode) 19 07 EA 01 0F 04 0E 00 00 FF 00 00 00"))
    #expect(tagged.clock?.wall.iso8601 == "2026-01-15T14:00:00")
  }

  // MARK: Text

  @Test("an id that is padded with NUL reads without them")
  func paddedText() throws {
    let list = try read(
      Self.array("02 02 09 06 00 00 60 01 00 FF 0A 10 31 30 33 30 30 30 34 32 00 00 00 00 00 00 00 00"))
    #expect(list.meterID == "10300042")
    let empty = try read(Self.array("02 02 09 06 00 00 60 01 00 FF 0A 04 00 00 00 00"))
    #expect(empty.identity == nil)
  }

  @Test("a text longer than 32 octets is refused, not cut")
  func longText() throws {
    let text = { (count: Int) in
      Self.array(
        "02 02 09 06 00 00 60 01 00 FF 0A \(hex([UInt8(count)])) \(hex([UInt8](repeating: 0x37, count: count)))")
    }
    #expect(try read(text(32)).meterID.count == 32)
    #expect(error(text(33)) == .longText(33))
  }

  // MARK: Shapes

  @Test(
    "a body that no layout describes is refused, not guessed at",
    arguments: [
      "01 00", "02 00", "01 01 11 01", "02 01 11 01", "02 02 06 00 00 00 01 06 00 00 00 02", "02 01 0A 01 41",
      "02 02 0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31 00", "02 03 0A 05 4F 74 68 65 72 00 00",
      "02 0A 09 07 4B 46 4D 5F 30 30 31 00 00 00 00 00 00 00 00 00", "02 03 09 06 01 00 01 07 00 FF 11 01 11 02",
    ])
  func unknownShape(body: String) {
    #expect(error(octets(body)) == .unknownShape)
  }

  @Test("Kamstrup's version alone is a list with no reading")
  func versionAlone() throws {
    let list = try read(octets("02 01 0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31"))
    #expect(list.listVersion == "Kamstrup_V0001")
    #expect(list.readings.isEmpty)
  }

  @Test("a null pair stands for a missing phase; a null in the place of the code alone is refused")
  func nullPairs() throws {
    let version = "0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31"
    let power = "09 06 01 01 01 07 00 FF 06 00 00 04 D2"
    let list = try read(octets("02 07 \(version) 00 00 \(power) 00 00"))
    #expect(list.readings == [.activePowerImport: 1234])
    #expect(error(octets("02 05 \(version) \(power) 00 11 01")) == .element)
  }

  @Test("a positional list with a null has no such value, and with a text in its place is refused")
  func positional() throws {
    let identity = "09 07 4B 46 4D 5F 30 30 31 09 03 31 32 33 09 02 4D 41"
    let numbers = "06 00 00 00 01 06 00 00 00 02 00 06 00 00 00 04 06 00 00 00 05"
    let list = try read(octets("02 09 \(identity) \(numbers) 06 00 00 00 06"))
    #expect(
      list.readings == [
        .activePowerImport: 1, .activePowerExport: 2, .reactivePowerExport: 4, .currentL1: 5, .voltageL1: 600,
      ])
    guard case .type(.octetString, _) = error(octets("02 09 \(identity) \(numbers) 09 01 06")) else {
      Issue.record("a text was taken for a voltage")
      return
    }
  }

  @Test("nothing of one message is left in the next")
  func leftovers() throws {
    var decoder = MessageDecoder()
    for fixture in Fixture.all + Fixture.all.reversed() {
      let information = fixture.information
      try decoder.decode(information.span, in: 0..<information.count, isChecked: true)
      #expect(Reading(decoder.list) == fixture.expected)
    }
  }

  // MARK: meter_manufacturer

  @Test("meter_manufacturer refuses the list of another maker in words that name both", arguments: Fixture.all)
  func notAdmitted(fixture: Fixture) throws {
    for setting in Manufacturer.allCases where setting != .auto && !fixture.manufacturers.contains(setting) {
      let heard = Heard(fixture.octets, manufacturer: setting)
      #expect(heard.readings.isEmpty)
      let fault = try #require(heard.faults.first)
      #expect(fault.stage == .list)
      #expect(fault.reason.contains("a list of \(fixture.layout)"), "\(fault.reason)")
      #expect(fault.reason.contains("meter_manufacturer is \(setting.rawValue); set it to auto"), "\(fault.reason)")
    }
  }
}
