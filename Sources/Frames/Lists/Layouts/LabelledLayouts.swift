import Metering

extension ListLayout {
  /// The customer interface of Austria, as Sagemcom and Kaifa send it: the clock, then code, value, and scaler and unit in
  /// one flat structure, and the meter's number at its end. Source: captured frames of both makers.
  static let austria = ListLayout(
    name: "Austria", maker: .other, manufacturers: [], kind: .at, shape: .labelled(besides: [.clock, .meterID]),
    scales: Scales())

  /// Any other body: what carries an OBIS code and a unit is read, the rest is passed over and counted.
  static let unknown = ListLayout(
    name: "an unknown layout", maker: .other, manufacturers: [], kind: .unknown, shape: .labelled(besides: []),
    scales: Scales())
}
