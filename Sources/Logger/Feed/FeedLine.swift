import Metering

/// The lines of the feed, beside the status: one JSON object each, without its line feed (`docs/feed.md`).
enum FeedLine {
  /// What the feed tells of a record; nil for a reject, which the status counts.
  static func text(_ record: Pipeline.Record, input: String) -> String? {
    switch record {
    case .sample(let sample, let meter):
      line(
        "sample", at: sample.arrival, meter, input,
        [("values", object(sample.readings.quantities.compactMap { value($0, sample.readings[$0]) }))])
    case .registers(let snapshot, let meter):
      line(
        "registers", at: snapshot.arrival, meter, input,
        [
          ("meter_clock", snapshot.clock.map { jsonText($0.wall.iso8601) } ?? "null"),
          ("boundary", snapshot.boundary.map { jsonText($0.iso8601) } ?? "null"),
          ("verdict", jsonText(snapshot.verdict.rawValue)), ("values", values(snapshot.registers)),
        ])
    case .meter(let meter, let seen):
      line(
        "meter", at: seen, meter, input,
        [("maker", jsonText(meter.maker.rawValue)), ("meter_type", jsonText(meter.type))])
    case .reject: nil
    }
  }

  /// Why a reader is sent away.
  static func refusal(most: Int) -> String {
    object([("type", jsonText("refused")), ("text", jsonText("\(most) readers are here already; end one of them"))])
  }

  private static func line(
    _ type: String, at time: UTCTime, _ meter: MeterIdentity, _ input: String, _ rest: [(String, String)]
  ) -> String {
    object(
      [
        ("type", jsonText(type)), ("time", jsonText(time.iso8601WithMilliseconds)), ("meter", jsonText(meter.id)),
        ("input", jsonText(input)),
      ] + rest)
  }

  /// Under the names of `decode --json`. A register whose scale is not settled is not known in Wh: it goes under the name of
  /// its column in the log, as it was sent.
  private static func values(_ registers: Registers) -> String {
    let quantities: [RegisterPlace: Quantity] = [
      .activeImport: .activeEnergyImport, .activeExport: .activeEnergyExport, .reactiveImport: .reactiveEnergyImport,
      .reactiveExport: .reactiveEnergyExport,
    ]
    return object(
      RegisterPlace.allCases.compactMap { place in
        guard let raw = registers[place], let quantity = quantities[place] else { return nil }
        if let known = value(quantity, registers.scaled(raw)) { return known }
        let unit = "_\(quantity.unit.suffix)"
        return (quantity.key.hasSuffix(unit) ? quantity.key.dropLast(unit.count) + "_raw" : quantity.key, String(raw))
      })
  }

  private static func value(_ quantity: Quantity, _ value: Int64?) -> (String, String)? {
    value.map { (quantity.key, quantity.unit.text($0)) }
  }

  /// `{"type":"sample","input":"main"}`; the values are JSON already.
  private static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(jsonText($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }
}
