import Frames
import Metering
import TestSupport
import Testing

/// Scales that no frame sends (`protocol.md` 5.9): Kamstrup's current, voltage and energy.
@Suite("Scales that the frame has to tell")
struct ScaleSettlingTests {
  /// A Kamstrup list: a type text or none, then numbers of 32 bits under codes 1-1:C.D.E.
  private func list(type: String? = nil, _ numbers: [(c: UInt8, d: UInt8, value: UInt32)]) throws -> MeterList {
    var elements: [[UInt8]] = [octets("0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31")]
    if let type { elements += [octets("09 06 01 01 60 01 01 FF"), [0x0A, UInt8(type.utf8.count)] + type.utf8] }
    for number in numbers {
      elements.append([0x09, 0x06, 0x01, 0x01, number.c, number.d, 0x00, 0xFF])
      elements.append([0x06] + (0..<4).map { UInt8(truncatingIfNeeded: number.value >> (24 - 8 * $0)) })
    }
    let body: [UInt8] = [0x02, UInt8(elements.count)] + Array(elements.joined())
    var decoder = MessageDecoder()
    try decoder.decode(body.span, in: 0..<body.count, isChecked: true)
    return decoder.list
  }

  // MARK: Voltage

  static let voltages: [(numbers: [UInt32], millivolts: [Int64])] = [
    ([231, 229, 233], [231_000, 229_000, 233_000]),
    ([400, 400, 400], [400_000, 400_000, 400_000]),
    ([2310, 2299, 2333], [231_000, 229_900, 233_300]),
    ([23101, 22999, 23330], [231_010, 229_990, 233_300]),
    // A phase that is gone is read in the scale of the others.
    ([23101, 0, 850], [231_010, 0, 8500]),
    ([231, 0, 8], [231_000, 0, 8000]),
    ([0, 0, 0], [0, 0, 0]),
  ]

  @Test("voltage is in V, 0.1 V or 0.01 V by the size of the largest number", arguments: voltages.indices)
  func voltage(index: Int) throws {
    let expected = Self.voltages[index]
    let list = try list(zip([0x20, 0x34, 0x48], expected.numbers).map { ($0, 7, $1) })
    let places: [Quantity] = [.voltageL1, .voltageL2, .voltageL3]
    #expect(places.map { list.readings[$0] } == expected.millivolts)
  }

  // MARK: Current

  struct Load: CustomTestStringConvertible {
    let testDescription: String
    var type: String?
    let power: [UInt32]
    let current: UInt32
    var voltage: UInt32 = 230
    var phases: [(c: UInt8, d: UInt8, value: UInt32)] = []
    let milliamperes: Int64
  }

  static let direct = "6841131BN243101040"
  static let transformer = "6851131BN243101040"
  static let loads = [
    Load(testDescription: "all of it power", power: [690, 0, 0, 0], current: 100, milliamperes: 1000),
    Load(testDescription: "half of it power", power: [345, 0, 0, 0], current: 100, milliamperes: 1000),
    Load(testDescription: "all of it reactive", power: [0, 0, 0, 690], current: 100, milliamperes: 1000),
    Load(testDescription: "exported", power: [0, 690, 0, 0], current: 100, milliamperes: 1000),
    Load(testDescription: "a tenth: 0.001 A", power: [690, 0, 0, 0], current: 1000, milliamperes: 1000),
    Load(testDescription: "a tenth, reactive", power: [30, 0, 689, 0], current: 1000, milliamperes: 1000),
    Load(
      testDescription: "a tenth, with voltage in 0.01 V", power: [690, 0, 0, 0], current: 1000, voltage: 23000,
      milliamperes: 1000),
    Load(testDescription: "too little to tell", power: [0, 0, 0, 0], current: 10, milliamperes: 100),
    Load(testDescription: "nothing at all", power: [0, 0, 0, 0], current: 0, milliamperes: 0),
    Load(testDescription: "no voltage", power: [690, 0, 0, 0], current: 100, voltage: 0, milliamperes: 1000),
    Load(
      testDescription: "in on one phase, out on another", power: [40, 0, 0, 30], current: 1000,
      phases: [(0x15, 7, 2300), (0x2A, 7, 2260)], milliamperes: 10_000),
    Load(
      testDescription: "a direct meter stays at 0.01 A", type: direct, power: [40, 0, 0, 30], current: 1000,
      milliamperes: 10_000),
    Load(
      testDescription: "behind transformers", type: transformer, power: [690, 0, 0, 0], current: 1000,
      milliamperes: 1000),
    Load(
      testDescription: "behind transformers, too little to tell", type: transformer, power: [0, 0, 0, 0], current: 40,
      milliamperes: 40),
    Load(
      testDescription: "behind transformers, but in 0.01 A", type: transformer, power: [690, 0, 0, 0], current: 100,
      milliamperes: 1000),
    Load(
      testDescription: "numbers that no meter shows", power: [.max, .max, .max, .max], current: .max,
      milliamperes: 4_294_967_295),
  ]

  @Test("current is in 0.01 A or 0.001 A by the power that it makes", arguments: loads)
  func current(load: Load) throws {
    let power = zip([1, 2, 3, 4] as [UInt8], load.power).map { ($0, UInt8(7), $1) }
    let currents = [0x1F, 0x33, 0x47].map { (UInt8($0), UInt8(7), load.current) }
    let voltages = [0x20, 0x34, 0x48].map { (UInt8($0), UInt8(7), load.voltage) }
    let list = try list(type: load.type, power + load.phases + currents + voltages)
    for quantity in [Quantity.currentL1, .currentL2, .currentL3] {
      #expect(list.readings[quantity] == load.milliamperes)
    }
  }

  // MARK: Energy

  @Test(
    "registers are in 10 Wh or Wh by the market in the type text, settled where it is documented",
    arguments: [
      ("6841131BN243101040", 12_345_670, 1), ("6861111BN242101040", 12_345_670, 1),
      ("6841138AN243101090", 1_234_567, 0),
      ("6841131BN245101092", 1_234_567, 0), ("6841138BN143101010", 12_345_670, nil),
      ("6841131BN245101013", 12_345_670, nil), ("6841131BN240101063", 1_234_567, nil),
      ("6841131BN243101999", nil, nil), ("000000000000000000", nil, nil), ("6841131040", nil, nil),
    ] as [(String, Int64?, Int?)])
  func energy(type: String, wattHours: Int64?, scale: Int?) throws {
    let list = try list(type: type, [(1, 8, 1_234_567), (2, 8, 0)])
    #expect(list.readings[.activeEnergyImport] == wattHours)
    // Nothing is nothing in any scale.
    #expect(list.readings[.activeEnergyExport] == 0)
    #expect(list.registers == Registers(activeImport: 1_234_567, activeExport: 0, scale: scale))
    #expect(list.kind == .list3)
  }

  @Test("push 1 names no market: what is assumed by the balance of its registers is never logged as settled")
  func push1() throws {
    func push(_ total: UInt32, _ phases: [UInt32]) throws -> MeterList {
      try list([(1, 8, total), (2, 8, 0)] + zip([0x15, 0x29, 0x3D], phases).map { ($0, 8, $1) })
    }
    let balanced = try push(600, [100, 200, 300])
    #expect(balanced.kind == .push1)
    #expect(balanced.readings[.activeEnergyImport] == 600)
    #expect(balanced.readings[.activeEnergyImportL3] == 300)
    #expect(balanced.registers == Registers(activeImport: 600, activeExport: 0, scale: nil))
    let out = try push(601, [100, 200, 300])
    #expect(out.readings[.activeEnergyImport] == 6010)
    #expect(out.registers == Registers(activeImport: 601, activeExport: 0, scale: nil))
    // One phase is its own sum, whatever the scale.
    #expect(try push(600, [600]).readings[.activeEnergyImport] == 6000)
    #expect(try push(600, [600, 0, 0]).readings[.activeEnergyImport] == 6000)
  }
}
