package import Metering

/// One thing that is known of one meter, as it is stored: what, since when, and why it is believed.
package struct MeterFact: Hashable, Sendable {
  package enum Name: String, CaseIterable, Hashable, Sendable {
    case clockBase = "clock_base"
    case registerLatch = "register_latch"
    case registerLists = "register_lists"
    case registerScale = "register_scale"
    case transformerRatio = "transformer_ratio"
    case maximumPower = "maximum_power"
  }

  package enum Source: String, Hashable, Sendable {
    case learned
    /// By somebody; then nothing that was learned counts.
    case set
  }

  package var name: Name
  package var source: Source
  /// It holds for readings from here on.
  package var start: UTCTime
  package var value: String
  /// A sentence for a person.
  package var evidence: String
  package var settled: UTCTime

  /// From the first reading of a meter on.
  package static let always = UTCTime(milliseconds: 0)

  package init(
    _ name: Name, _ value: String, source: Source, start: UTCTime = MeterFact.always, evidence: String, settled: UTCTime
  ) {
    self.name = name
    self.source = source
    self.start = start
    self.value = value
    self.evidence = evidence
    self.settled = settled
  }

  init<Value>(_ name: Name, _ value: String, start: UTCTime = MeterFact.always, learned: Learned<Value>) {
    self.init(name, value, source: .learned, start: start, evidence: learned.evidence, settled: learned.settled)
  }

  /// Whether the value is one that its name can have.
  package var isValid: Bool {
    switch name {
    case .clockBase: MeterClockBase(rawValue: value) != nil
    case .registerLatch: RegisterLatch(rawValue: value) != nil
    case .registerLists: RegisterCadence(rawValue: value) != nil
    case .registerScale: Int(value).map((-3...6).contains) ?? false
    case .transformerRatio: Int(value).map((1...10_000).contains) ?? false
    case .maximumPower: Int(value).map((1...100_000_000).contains) ?? false
    }
  }
}

/// All that is known of one meter.
package struct MeterKnowledge: Hashable, Sendable {
  package private(set) var facts: [MeterFact]

  /// Facts that are not valid are left out: a damaged row.
  package init(_ facts: [MeterFact]) {
    self.facts = facts.filter(\.isValid).sorted {
      ($0.name.rawValue, $0.source.rawValue, $0.start) < ($1.name.rawValue, $1.source.rawValue, $1.start)
    }
  }

  /// What counts of a name: what was set, else what was learned, in order of time.
  package func holding(_ name: MeterFact.Name) -> [MeterFact] {
    let named = facts.filter { $0.name == name }
    let set = named.filter { $0.source == .set }
    return set.isEmpty ? named : set
  }

  private func value<Value: RawRepresentable<String>>(_ name: MeterFact.Name, _ type: Value.Type) -> Value? {
    holding(name).last.flatMap { Value(rawValue: $0.value) }
  }

  package var limits: RegisterLimits {
    holding(.maximumPower).last.flatMap { Int64($0.value) }.map(RegisterLimits.init(maximumPower:)) ?? RegisterLimits()
  }

  package var scales: [ScaleEpoch] {
    holding(.registerScale).compactMap { fact in Int(fact.value).map { ScaleEpoch(start: fact.start, scale: $0) } }
  }

  /// What decides the verdicts of readings.
  package func rules(zone: Zone) -> RegisterJudge.Rules {
    RegisterJudge.Rules(limits: limits, clockBase: value(.clockBase, MeterClockBase.self), zone: zone)
  }

  /// What turns readings into energy.
  package func meterFacts(maker: Maker, presence: [Range<UTCTime>], isPresent: Bool) -> MeterFacts {
    MeterFacts(
      limits: limits, latch: value(.registerLatch, RegisterLatch.self) ?? .prior(of: maker),
      cadence: value(.registerLists, RegisterCadence.self) ?? .hourly, scales: scales,
      ratios: holding(.transformerRatio).compactMap { fact in
        Int64(fact.value).map { TransformerRatio(start: fact.start, ratio: $0) }
      }, presence: presence, isPresent: isPresent)
  }

  // MARK: Learning

  /// Puts what was learned of a name in the place of what was learned before; false when that is the same. Nothing learned
  /// replaces nothing.
  package mutating func learn(_ name: MeterFact.Name, _ learned: [MeterFact]) -> Bool {
    let before = facts.filter { $0.name == name && $0.source == .learned }
    guard !learned.isEmpty, before != learned else { return false }
    self = MeterKnowledge(facts.filter { !($0.name == name && $0.source == .learned) } + learned)
    return true
  }

  /// - Parameter readings: in order of arrival, judged or not.
  package static func clockBase(from readings: some Sequence<RegisterSnapshot>, zone: Zone) -> [MeterFact] {
    MeterClockBase.learned(from: readings, zone: zone).map { [MeterFact(.clockBase, $0.value.rawValue, learned: $0)] }
      ?? []
  }

  /// - Parameter readings: judged, in order of arrival.
  package func scales(from readings: [RegisterSnapshot], profile: PowerProfile) -> [MeterFact] {
    ScaleEpoch.learned(from: readings, profile: profile, limits: limits).map { epoch in
      MeterFact(.registerScale, String(epoch.value.scale), start: epoch.value.start, learned: epoch)
    }
  }

  /// - Parameter readings: judged, in order of arrival.
  package func latch(
    from readings: [RegisterSnapshot], maker: Maker, power: (Range<UTCTime>) -> PowerIntegral
  ) -> [MeterFact] {
    RegisterLatch.learned(from: readings, maker: maker, scales: scales, power: power)
      .map { [MeterFact(.registerLatch, $0.value.rawValue, learned: $0)] } ?? []
  }

  /// - Parameter readings: judged. Nothing as long as they come once an hour, as far as they say.
  package static func lists(from readings: [RegisterSnapshot]) -> [MeterFact] {
    guard let settled = RegisterCadence.settled(by: readings) else { return [] }
    return [
      MeterFact(
        .registerLists, RegisterCadence.everyList.rawValue, source: .learned,
        evidence: "registers came three times within an hour", settled: settled)
    ]
  }
}
