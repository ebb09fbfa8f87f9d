internal import Metering

extension MeterModel {
  /// Every model that the programs know by name. The meter numbers are invented.
  package static let all: [MeterModel] = [
    aidon("aidon-1p", .onePhase, "6515", "25"),
    aidon("aidon-it", .threeWire, "6525", "17"),
    aidon("aidon-tn", .fourWire, "6534", "33"),
    aidon("aidon-tn-nodev", .fourWire, "6534", "41", .unspecifiedDeviation),
    kaifa("kaifa-1p", .onePhase, "MA105H2E", "26"),
    kaifa("kaifa-it", .threeWire, "MA304H3E", "34"),
    kaifa("kaifa-tn", .fourWire, "MA304H4", "18"),
    kamstrup("kamstrup-1p", .onePhase, "6861111BN242101040", "35"),
    kamstrup("kamstrup-1p-nulls", .onePhase, "6861111BN242101040", "19", .nullPairs),
    kamstrup("kamstrup-1p-import", .onePhase, "6861111BN242101040", "43", .oneQuadrant),
    kamstrup("kamstrup-it", .threeWire, "6841121BN243101040", "50"),
    kamstrup("kamstrup-tn", .fourWire, "6841131BN243101040", "27"),
    kamstrup("kamstrup-tn-old", .fourWire, "6841131BN243101040", "68", .taggedDateTime),
    landisGyr("lg-1p", .onePhase, "10000018"),
    landisGyr("lg-it", .threeWire, "10000026"),
    landisGyr("lg-tn", .fourWire, "10000034"),
  ]

  /// The model with this name; throws an error that says where to find the names.
  package static func named(_ name: String) throws(SimulatorError) -> MeterModel {
    guard let model = all.first(where: { $0.name == name }) else { throw .unknownModel(name) }
    return model
  }

  /// `1-phase, 230 V` and the like, with what is odd about the model.
  package var summary: String {
    let wires =
      switch wiring {
      case .onePhase: "1-phase 230 V"
      case .threeWire: "3-phase 3-wire 230 V (IT)"
      case .fourWire: "3-phase 4-wire 400 V (TN)"
      }
    let oddities: [(Quirks, String)] = [
      (.nullPairs, "absent phases as null pairs"), (.oneQuadrant, "import only"),
      (.taggedDateTime, "older firmware, date-time with an extra tag"),
      (.unspecifiedDeviation, "clock deviation and status unspecified"),
    ]
    return ([wires] + oddities.filter { quirks.contains($0.0) }.map(\.1)).joined(separator: "; ")
  }

  private static func aidon(
    _ name: String, _ wiring: Wiring, _ type: String, _ serial: String, _ quirks: Quirks = []
  ) -> MeterModel {
    let identity = MeterIdentity(
      id: "73599920000000" + serial, maker: .aidon, type: type, listVersion: "AIDON_V0001")
    return MeterModel(name: name, identity: identity, wiring: wiring, quirks: quirks)
  }

  private static func kaifa(_ name: String, _ wiring: Wiring, _ type: String, _ serial: String) -> MeterModel {
    let identity = MeterIdentity(id: "69706314000000" + serial, maker: .kaifa, type: type, listVersion: "KFM_001")
    return MeterModel(name: name, identity: identity, wiring: wiring)
  }

  private static func kamstrup(
    _ name: String, _ wiring: Wiring, _ type: String, _ serial: String, _ quirks: Quirks = []
  ) -> MeterModel {
    let identity = MeterIdentity(
      id: "57065670000000" + serial, maker: .kamstrup, type: type, listVersion: "Kamstrup_V0001")
    return MeterModel(name: name, identity: identity, wiring: wiring, quirks: quirks)
  }

  private static func landisGyr(_ name: String, _ wiring: Wiring, _ id: String) -> MeterModel {
    let identity = MeterIdentity(id: id, maker: .landisGyr, type: "ZFF1", listVersion: "EMBRIQ_V1_1")
    return MeterModel(name: name, identity: identity, wiring: wiring)
  }
}
