import Frames
import Metering
import TestSupport
import Testing

@Suite("Lists of other forms")
struct OtherFormsTests {
  static let power = "09 06 01 00 01 07 00 FF"
  static let current = "09 06 01 00 1F 07 00 FF"
  static let register = "09 06 01 00 01 08 00 FF"

  /// Reads a body that a Data-Notification without date-time carries.
  private func read(_ body: String) throws(MessageError) -> MeterList {
    let message = octets("0F 00 00 00 00 00 \(body)")
    var decoder = MessageDecoder()
    try decoder.decode(message.span, in: 0..<message.count, isChecked: true)
    return decoder.list
  }

  private func error(_ body: String) -> ListError.Kind? {
    do {
      _ = try read(body)
      return nil
    } catch {
      if case .list(.list(let error)) = error { return error.kind }
      Issue.record("\(error)")
      return nil
    }
  }

  // MARK: Code, value, scaler and unit in any container

  static let labelledBodies = [
    "02 03 \(power) 06 00 00 04 D2 02 02 0F 00 16 1B",
    "02 04 \(power) 06 00 00 04 D2 0F 00 16 1B",
    "02 04 12 00 03 \(power) 06 00 00 04 D2 02 02 0F 00 16 1B",
    "01 01 01 01 02 03 \(power) 06 00 00 04 D2 02 02 0F 00 16 1B",
    "01 02 02 01 11 07 02 03 \(power) 06 00 00 04 D2 02 02 0F 00 16 1B",
    "02 02 02 03 \(power) 06 00 00 04 D2 02 02 0F 00 16 1B 02 02 \(register) 06 00 00 00 07",
    "02 04 09 06 00 08 19 09 00 FF \(power) 06 00 00 04 D2 02 02 0F 00 16 1B",
  ]

  @Test("a value with its code, scaler and unit is read wherever it stands", arguments: labelledBodies)
  func labelled(body: String) throws {
    let list = try read(body)
    #expect(list.kind == .unknown)
    #expect(list.readings == [.activePowerImport: 1234])
    #expect(list.registers == nil)
  }

  @Test(
    "a body without any value of code, scaler and unit is refused",
    arguments: [
      // No unit; a unit in another container; a code without a value; no electricity meter; a billing period.
      "02 02 \(power) 06 00 00 04 D2", "02 02 02 02 \(power) 06 00 00 04 D2 02 02 0F 00 16 1B", "02 01 \(power)",
      "02 04 12 00 03 \(power) 0F 02 12 00 00", "02 03 09 06 06 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B",
      "02 03 09 06 01 00 01 07 00 01 06 00 00 04 D2 02 02 0F 00 16 1B", "02 03 \(power) 02 02 0F 00 16 1B 00",
      "01 01 02 02 11 01 11 02",
    ])
  func nothingLabelled(body: String) {
    #expect(error(body) == .unknownShape)
  }

  @Test("in a body of no known layout too, a wrong unit and a value that stands there twice are refused")
  func labelledErrors() {
    let value = "06 00 00 04 D2"
    #expect(error("02 03 \(Self.power) \(value) 02 02 0F 00 16 1E") == .unit(30, .activePowerImport))
    let element = "\(Self.power) \(value) 02 02 0F 00 16 1B"
    #expect(error("02 06 \(element) \(element)") == .twice("active_power_import_w"))
  }

  @Test("the Austrian list needs its clock and its number in their places")
  func austria() throws {
    let clock = "09 0C 07 EA 01 0F 04 0E 00 00 FF FF C4 00"
    let element = "\(Self.power) 06 00 00 04 D2 02 02 0F 00 16 1B"
    let list = try read("02 05 \(clock) \(element) 09 03 31 32 33")
    #expect(list.kind == .at)
    #expect(list.meterID == "123")
    #expect(list.clock?.deviation == -60)
    guard case .type = error("02 05 \(clock) \(element) 06 00 00 00 01") else {
      Issue.record("a number was taken for the meter's")
      return
    }
  }

  // MARK: Pushed objects

  static func object(_ kind: UInt8, _ code: String, _ attribute: UInt8) -> String {
    "02 04 12 00 \(hex([kind])) \(code) 0F \(hex([attribute])) 12 00 00"
  }
  static let setup = object(40, "09 06 00 08 19 09 00 FF", 2)

  @Test("a register whose scaler and unit are pushed too is read by them, in either order")
  func pushedScaler() throws {
    let value = (Self.object(3, Self.current, 2), "12 00 32")
    let scaler = (Self.object(3, Self.current, 3), "02 02 0F FF 16 21")
    for order in [[value, scaler], [scaler, value]] {
      let list = try read("02 03 01 03 \(Self.setup) \(order.map(\.0).joined()) \(order.map(\.1).joined())")
      #expect(list.kind == .push)
      #expect(list.readings == [.currentL1: 5000])
    }
    // Without it, Landis+Gyr's scale holds.
    #expect(try read("02 02 01 02 \(Self.setup) \(value.0) \(value.1)").readings == [.currentL1: 500])
  }

  @Test("a pushed scaler of another unit is refused")
  func pushedUnit() {
    let objects = Self.object(3, Self.current, 2) + Self.object(3, Self.current, 3)
    #expect(error("02 03 01 03 \(Self.setup) \(objects) 12 00 32 02 02 0F FF 16 23") == .unit(35, .currentL1))
  }

  @Test("objects that do not begin with the push setup, or are not as many as the values, are no list")
  func pushedShape() {
    let current = Self.object(3, Self.current, 2)
    #expect(error("02 01 01 01 \(current)") == .unknownShape)
    #expect(error("02 03 01 02 \(Self.setup) \(current) 12 00 32 12 00 01") == .unknownShape)
    #expect(error("02 02 01 02 \(Self.setup) 02 03 12 00 03 \(Self.current) 0F 02 12 00 32") == .unknownShape)
    #expect(error("02 01 01 00") == .unknownShape)
  }

  // MARK: Bare values

  static let name = "09 10 49 53 4B 31 30 33 30 37 37 37 30 30 30 30 31 37"

  @Test("bare values of another type than the layout's are not read")
  func types() throws {
    let id = "09 08 37 37 30 30 30 30 31 37"
    let numbers = "06 00 00 00 01 06 00 00 00 02"
    #expect(try read("02 04 \(id) 11 02 \(numbers)").readings[.activeEnergyImport] == 1)
    #expect(error("02 04 \(id) 12 00 02 \(numbers)") == .unknownShape)
    #expect(error("02 04 \(id) 11 02 12 00 01 12 00 02") == .unknownShape)
    #expect(error("02 04 06 00 00 00 01 11 02 \(numbers)") == .unknownShape)
    #expect(error("02 05 \(id) 11 02 \(numbers) 00") == .unknownShape)
  }

  @Test("an Iskraemeco is known by the serial number in its device name, whatever number a list carries")
  func identity() throws {
    let totals = try read("02 04 09 08 37 37 30 30 30 30 31 37 11 02 06 00 00 00 01 06 00 00 00 02")
    #expect(totals.identity?.id == "77000017")
    let eight = [String](repeating: "06 00 00 00 01", count: 8).joined(separator: " ")
    let named = try read("02 09 \(Self.name) \(eight)")
    #expect(named.identity?.id == "77000017")
    #expect(named.identity?.maker == .iskraemeco)
    #expect(named.meterID.isEmpty)
    // The same types behind a number of digits are a Landis+Gyr's.
    let other = try read("02 09 09 08 33 30 31 30 30 30 31 37 \(eight)")
    #expect(other.identity?.maker == .landisGyr)
    #expect(other.identity?.id == "30100017")
  }
}
