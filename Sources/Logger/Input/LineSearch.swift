import Glibc
import Metering
import Synchronization

/// A serial line: port, speed and parity.
struct LineChoice: Hashable, Sendable {
  let port: String
  let baudrate: Int
  let parity: SerialInput.Parity

  /// `2400 8N1`
  var settings: String { "\(baudrate) 8\(parity.rawValue)1" }
}

extension LineChoice: CustomStringConvertible {
  var description: String { "\(port) at \(settings)" }
}

/// A serial port of which port, speed or parity is to be found out: each way is tried for a while, the best one is kept.
///
/// A way is right at once when two messages have come whole with little noise between them; else, when all have been tried, the
/// one with the most whole messages. What was right before is tried first. A line that has turned to noise is searched for anew.
final class LineSearch: InputSource {
  /// Longer than any meter waits between two messages.
  static let patience = TimeSpan.seconds(25)

  typealias Opener = @Sendable (LineChoice, Stop) throws(InputError) -> Descriptor

  private struct State {
    var ways: [LineChoice] = []
    var next = 0
    var results: [LineChoice: Traffic] = [:]
    var failures: [LineChoice: InputError] = [:]
    var open: LineChoice?
    var found: LineChoice?
    /// Times in a row that the line found has brought octets and no message.
    var spoiled = 0
  }

  private let port: String?
  private let baudrate: Int?
  private let parity: SerialInput.Parity?
  private let ports: @Sendable () -> [String]
  private let opener: Opener
  private let state: Mutex<State>

  /// - Parameters:
  ///   - port: nil: any serial adapter.
  ///   - baudrate: nil: 2400 or 115200.
  ///   - parity: nil: none or even.
  ///   - remembered: what was right before.
  ///   - ports: the ports of this machine.
  ///   - opener: how one is opened.
  init(
    port: String?, baudrate: Int?, parity: SerialInput.Parity?, remembered: LineChoice? = nil,
    ports: @escaping @Sendable () -> [String] = { differentPorts(serialPorts()) },
    opener: @escaping Opener = { (way, stop) throws(InputError) in
      try SerialInput(path: way.port, baudrate: way.baudrate, parity: way.parity).open(unless: stop)
    }
  ) {
    self.port = port
    self.baudrate = baudrate
    self.parity = parity
    self.ports = ports
    self.opener = opener
    var state = State()
    if let remembered, port == nil || port == remembered.port, baudrate == nil || baudrate == remembered.baudrate,
      parity == nil || parity == remembered.parity
    {
      state.found = remembered
    }
    self.state = Mutex(state)
  }

  var name: String { port ?? "serial port auto" }
  var longestPause: TimeSpan? { .seconds(4) }
  var patience: TimeSpan? { state.withLock { $0.found == nil } ? LineSearch.patience : LinkWatch.patience }
  var lineTime: LineTime? {
    state.withLock { state in
      state.open.map { LineTime(baudrate: $0.baudrate, hasParityBit: $0.parity != .none) }
    }
  }
  var line: String? {
    state.withLock { state in state.open.map { port == nil ? $0.description : $0.settings } }
  }

  func open(unless stop: Stop) throws(InputError) -> Descriptor {
    let found = state.withLock(\.found)
    let way: LineChoice
    if let found { way = found } else { way = try nextWay() }
    do throws(InputError) {
      let port = try opener(way, stop)
      state.withLock { $0.open = way }
      return port
    } catch {
      state.withLock { state in
        state.open = nil
        state.failures[way] = error
        // Another adapter may be where this one was.
        if found != nil, self.port == nil { state.found = nil } else { state.next += 1 }
      }
      throw error
    }
  }

  func loss(_ cause: SystemError?) -> InputError {
    let path = state.withLock { $0.open?.port } ?? name
    guard let cause, cause.code != EIO else {
      return InputError(.closed, path, "the port has gone", advice: "check that the adapter is plugged in")
    }
    return InputError(.system, path, "cannot be read: \(cause)", advice: "check the adapter")
  }

  /// The next way to try; those of the ports that are there now, when all have been tried.
  private func nextWay() throws(InputError) -> LineChoice {
    let ports = self.port.map { [$0] } ?? ports()
    return try state.withLock { state throws(InputError) in
      if state.next >= state.ways.count {
        state.ways = ports.flatMap { port in lines.map { LineChoice(port: port, baudrate: $0.0, parity: $0.1) } }
        state.next = 0
        (state.results, state.failures) = ([:], [:])
      }
      guard state.next < state.ways.count else {
        throw InputError(
          .missing, name, "no serial adapter is connected", advice: "plug it in, or name its port in serial_port")
      }
      return state.ways[state.next]
    }
  }

  /// Most likely first (`protocol.md` 1.1).
  private var lines: [(Int, SerialInput.Parity)] {
    switch (baudrate, parity) {
    case (nil, nil): [(2400, .none), (2400, .even), (115_200, .none)]
    case (nil, let parity?): [(2400, parity), (115_200, parity)]
    case (let baudrate?, nil): [(baudrate, .none), (baudrate, .even)]
    case (let baudrate?, let parity?): [(baudrate, parity)]
    }
  }

  func heard(_ traffic: Traffic) -> LineChoice? {
    state.withLock { state in
      if traffic.whole > 0 { state.spoiled = 0 }
      guard state.found == nil, let open = state.open else { return nil }
      guard traffic.whole >= 2, traffic.noise * 4 < traffic.octets else { return nil }
      state.found = open
      return open
    }
  }

  func gaveUp(_ traffic: Traffic) -> String? {
    state.withLock { state in
      guard let open = state.open else { return nil }
      if state.found != nil {
        state.spoiled = traffic.octets > 0 ? state.spoiled + 1 : 0
        guard state.spoiled >= 3 else { return nil }
        state.found = nil
        state.spoiled = 0
        state.next = state.ways.count
        return "\(open) brings only noise: all ways are tried again"
      }
      state.results[open] = traffic
      state.next += 1
      guard state.next >= state.ways.count else { return nil }
      let tried = state.ways.map { way in
        let result =
          state.results[way].map { "\(counted(Int($0.octets), "octet")), \(counted($0.whole, "whole message"))" }
          ?? state.failures[way].map { $0.reason } ?? "not tried"
        return "\(way): \(result)"
      }
      // None was clearly right: the one that brought most is better than none.
      let best = state.results.max { $0.value.whole < $1.value.whole }
      if let best, best.value.whole > 0 { state.found = best.key }
      let kept = state.found.map { "; kept is \($0)" } ?? ""
      return "tried \(tried.joined(separator: "; "))\(kept)"
    }
  }
}

/// One name of each port: an adapter stands in `/dev/serial/by-id` and in `/dev`.
func differentPorts(_ ports: [String]) -> [String] {
  var seen: Set<String> = []
  return ports.filter { port in
    guard let path = realpath(port, nil) else { return false }
    defer { free(path) }
    return seen.insert(String(cString: path)).inserted
  }
}
