import Metering
import Testing

@Suite("Quantities, readings, registers and short texts")
struct VocabularyTests {
  @Test("the keys are the names of decode --json, unit last")
  func keys() {
    #expect(
      Quantity.allCases.map(\.key) == [
        "active_power_import_w", "active_power_export_w", "reactive_power_import_var", "reactive_power_export_var",
        "active_power_import_l1_w", "active_power_import_l2_w", "active_power_import_l3_w",
        "active_power_export_l1_w", "active_power_export_l2_w", "active_power_export_l3_w",
        "reactive_power_import_l1_var", "reactive_power_import_l2_var", "reactive_power_import_l3_var",
        "reactive_power_export_l1_var", "reactive_power_export_l2_var", "reactive_power_export_l3_var",
        "current_l1_a", "current_l2_a", "current_l3_a", "voltage_l1_v", "voltage_l2_v", "voltage_l3_v",
        "power_factor", "power_factor_l1", "power_factor_l2", "power_factor_l3",
        "active_energy_import_wh", "active_energy_export_wh", "reactive_energy_import_varh",
        "reactive_energy_export_varh",
        "active_energy_import_l1_wh", "active_energy_import_l2_wh", "active_energy_import_l3_wh",
        "active_energy_export_l1_wh", "active_energy_export_l2_wh", "active_energy_export_l3_wh",
        "active_energy_import_t1_wh", "active_energy_import_t2_wh", "active_energy_import_t3_wh",
        "active_energy_import_t4_wh",
        "active_energy_export_t1_wh", "active_energy_export_t2_wh", "active_energy_export_t3_wh",
        "active_energy_export_t4_wh",
        "reactive_energy_q1_varh", "reactive_energy_q2_varh", "reactive_energy_q3_varh", "reactive_energy_q4_varh",
      ])
  }

  @Test("each quantity has a place of its own in the readings")
  func places() {
    #expect(Set(Quantity.allCases.map(\.rawValue)).count == Quantity.allCases.count)
    #expect(Quantity.allCases.allSatisfy { $0.rawValue < 64 })
  }

  @Test("registers are the quantities in Wh and varh")
  func isRegister() {
    #expect(Quantity.allCases.filter(\.isRegister).allSatisfy { $0.key.hasSuffix("_wh") || $0.key.hasSuffix("_varh") })
    #expect(Quantity.allCases.filter { !$0.isRegister }.allSatisfy { !$0.key.contains("energy") })
  }

  @Test("a value is written in the plain unit, in its shortest form")
  func text() {
    #expect(Unit.milliampere.text(5640) == "5.64")
    #expect(Unit.milliampere.text(-2300) == "-2.3")
    #expect(Unit.millivolt.text(231_000) == "231")
    #expect(Unit.wattHour.text(76_543_210) == "76543210")
    #expect(Unit.perMille.text(970) == "0.97")
  }

  @Test("a reading is absent until it is set, and 0 is a reading", arguments: Quantity.allCases)
  func readings(quantity: Quantity) {
    var readings = Readings()
    #expect(readings.isEmpty && readings[quantity] == nil)
    readings[quantity] = 0
    #expect(readings[quantity] == 0 && readings.quantities == [quantity])
    readings[quantity] = .min
    #expect(readings[quantity] == .min)
    readings[quantity] = nil
    #expect(readings.isEmpty)
    #expect(readings == Readings())
  }

  @Test("readings are equal by what is present, not by what was there before")
  func equality() {
    var readings: Readings = [.activePowerImport: 1, .voltageL1: 2]
    readings[.voltageL1] = nil
    #expect(readings == [.activePowerImport: 1])
    #expect(readings.hashValue == ([.activePowerImport: 1] as Readings).hashValue)
    #expect(readings != [.activePowerImport: 2])
    #expect(readings != [.activePowerExport: 1])
    readings.removeAll()
    #expect(readings == Readings())
  }

  @Test(
    "registers in Wh are whole or nothing",
    arguments: [
      (7_654_321, 1, 76_543_210), (7_654_321, 0, 7_654_321), (7_654_320, -1, 765_432), (7_654_321, -1, nil),
      (.max, 1, nil), (0, 127, 0), (7_654_321, nil, nil),
    ] as [(Int64, Int?, Int64?)])
  func registers(raw: Int64, scale: Int?, wattHours: Int64?) {
    let registers = Registers(activeImport: raw, scale: scale)
    #expect(registers.importWattHours == wattHours)
    #expect(registers.exportWattHours == nil)
  }

  @Test("a short text holds 32 octets and cuts what is longer")
  func capacity() {
    let long = String(repeating: "7", count: 40)
    #expect(ShortText(long).count == 32)
    #expect(ShortText(long).description == String(repeating: "7", count: 32))
    #expect(ShortText("").isEmpty)
  }

  @Test("short texts are equal by their octets, not by what was there before")
  func shortText() {
    var text: ShortText = "5706567000000027"
    text.removeAll()
    for octet in "6525".utf8 { text.append(octet) }
    #expect(text == "6525")
    #expect(text.hashValue == ShortText("6525").hashValue)
    #expect(text != "652" && text != "6526" && text != "65250")
    #expect(text.hasPrefix("65") && text.hasPrefix("6525") && text.hasPrefix(""))
    #expect(!text.hasPrefix("65255") && !text.hasPrefix("5"))
  }

  @Test("octets outside printable ASCII show as a dot")
  func unprintable() {
    var text = ShortText()
    for octet in [0x41, 0x00, 0x1F, 0x7F, 0xC3, 0xA5, 0x42] as [UInt8] { text.append(octet) }
    #expect(text.description == "A.....B")
  }
}
