import ArgumentParser
import Energy
import Metering
import Store

/// `meters`: which meters the log has, and what is known of each that its lists do not say.
struct MetersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meters", abstract: "List the meters of a log, and what was learned of each, with the evidence.",
    discussion: "`ams-logger set` puts something else in the place of what was learned.")

  @Option(help: "The SQLite file.")
  var database = "ams.sqlite"

  func run() throws {
    let log = try LogReader(path: database)
    for meter in try log.meters() {
      for line in Self.lines(meter, try log.knowledge(of: meter.key)) { print(line) }
    }
  }

  /// What there is to say of one meter.
  static func lines(_ meter: StoredMeter, _ knowledge: MeterKnowledge) -> [String] {
    let type = [meter.identity.maker.rawValue, meter.identity.type, meter.identity.listVersion]
    let gone = meter.isReplaced ? ", replaced" : ""
    var lines = [
      "meter \(meter.identity.id) (\(type.filter { !$0.isEmpty }.joined(separator: ", "))) at \(meter.input)\(gone)",
      "  heard \(meter.firstSeen.iso8601) to \(meter.lastSeen.iso8601)",
    ]
    for name in MeterFact.Name.allCases {
      let facts = knowledge.holding(name)
      guard !facts.isEmpty else {
        lines.append("  \(label(name)): \(fallback(name, meter.identity.maker))")
        continue
      }
      for fact in facts {
        let start = fact.start == MeterFact.always ? "" : " from \(fact.start.iso8601) on"
        lines.append("  \(label(name)): \(fact.value)\(start), \(fact.source.rawValue): \(fact.evidence)")
      }
    }
    return lines
  }

  private static func label(_ name: MeterFact.Name) -> String { name.rawValue.replacing("_", with: "-") }

  /// What is believed as long as nothing is known.
  private static func fallback(_ name: MeterFact.Name, _ maker: Maker) -> String {
    switch name {
    case .clockBase: "not known yet; summer tells"
    case .registerLatch: "\(RegisterLatch.prior(of: maker).rawValue), as is usual for the maker"
    case .registerLists: "\(RegisterCadence.hourly.rawValue), as far as seen"
    case .registerScale: "as the lists say"
    case .transformerRatio: "1"
    case .maximumPower: "\(RegisterLimits().maximumPower)"
    }
  }
}
