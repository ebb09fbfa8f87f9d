import Glibc
import Metering
import Synchronization

/// A serial port of which port, speed or parity is to be found out: each way is tried for a while, the best one is kept.
///
/// A way is right at once when two messages have come whole with little noise between them; else, when all have been tried, the
/// one with the most whole messages. What was right before is tried first. A line that has turned to noise is searched for anew.
/// One that has gone silent is left for a round of the other ports, for its cable may have moved to one of them.
final class LineSearch: InputSource {
  /// The name of an input of which the port is to be found out.
  static let anyPort = "serial port auto"
  /// Longer than any meter waits between two messages.
  static let patience = TimeSpan.seconds(25)
  /// So many minutes of silence before the other ports are tried; each time in vain twice as many, up to an hour: while another
  /// port is read, what comes on this one is lost.
  private static let silences = (first: 5, most: 60)

  typealias Opener = @Sendable (LineChoice, Stop) throws(InputError) -> Descriptor

  private struct State {
    /// The ways of this round, and which is next.
    var ways: [LineChoice] = []
    var next = 0
    var results: [LineChoice: Traffic] = [:]
    var failures: [LineChoice: InputError] = [:]
    var open: LineChoice?
    /// What is right, as far as is known.
    var found: LineChoice?
    /// What was right until its port could not be opened. It is tried before each other way: an adapter that is plugged in again
    /// must not wait for the end of a round.
    var missing: LineChoice?
    /// What was right until it went silent. When the round has brought nothing better it is right again.
    var silent: LineChoice?
    /// Times in a row that the line found has brought octets and no message.
    var spoiled = 0
    /// Times since the last message that the line found has brought nothing, and how many make a round of the other ports.
    var silences = 0
    var mostSilences = LineSearch.silences.first
    var news: [LineNews] = []

    /// Begins a round with its first way.
    mutating func begin(_ ways: [LineChoice]) {
      self.ways = ways
      next = 0
      (results, failures) = ([:], [:])
    }

    /// Nothing is right any longer: all ways are tried again.
    mutating func forget() {
      found = nil
      (spoiled, silences) = (0, 0)
      begin([])
    }
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

  var name: String { port ?? LineSearch.anyPort }
  var longestPause: TimeSpan? { .seconds(4) }
  var patience: TimeSpan? { state.withLock { $0.found == nil } ? LineSearch.patience : LinkWatch.patience }
  var form: LineForm? { state.withLock { $0.open?.form } }
  var line: String? {
    state.withLock { state in state.open.map { port == nil ? "\($0)" : "\($0.form)" } }
  }

  /// Opens what is right, or else the next way that can be opened: a port that another program has is no reason to wait.
  ///
  /// Errors: no way of a whole round can be opened.
  func open(unless stop: Stop) throws(InputError) -> Descriptor {
    var failures: [InputError] = []
    if let line = state.withLock({ $0.found ?? $0.missing }) {
      do throws(InputError) {
        return try open(line, unless: stop)
      } catch {
        guard port == nil, error.kind != .stopped else { throw error }
        failures.append(error)
        state.withLock { state in
          guard state.found != nil else { return }
          state.forget()
          (state.missing, state.silent) = (line, nil)
        }
      }
    }
    while true {
      let way = try nextWay()
      do throws(InputError) {
        return try open(way, unless: stop)
      } catch {
        guard error.kind != .stopped else { throw error }
        if !failures.contains(error) { failures.append(error) }
        let (isRound, isEmpty, isFound) = state.withLock { state in
          state.failures[way] = error
          return (endWay(&state), state.results.isEmpty, state.found != nil)
        }
        guard isRound else { continue }
        if isFound { return try open(unless: stop) }
        if isEmpty { throw failure(failures) }
      }
    }
  }

  private func open(_ way: LineChoice, unless stop: Stop) throws(InputError) -> Descriptor {
    do throws(InputError) {
      let port = try opener(way, stop)
      state.withLock { state in
        state.open = way
        guard way == state.missing else { return }
        (state.found, state.missing) = (way, nil)
      }
      return port
    } catch {
      state.withLock { $0.open = nil }
      throw error
    }
  }

  /// All that is wrong, as one error.
  private func failure(_ failures: [InputError]) -> InputError {
    guard let first = failures.first(where: { !$0.isMistake }) ?? failures.first, failures.count > 1 else {
      return failures.first ?? InputError(.missing, name, "cannot be opened")
    }
    let reasons = failures.map { "\($0.input): \($0.reason)" }.joined(separator: "; ")
    return InputError(first.kind, name, "no port can be opened: \(reasons)", advice: first.advice)
  }

  func loss(_ cause: SystemError?) -> InputError {
    let path = state.withLock { $0.open?.port } ?? name
    guard let cause, cause.code != EIO else {
      return InputError(.closed, path, "the port has gone", advice: "check that the adapter is plugged in")
    }
    return InputError(.system, path, "cannot be read: \(cause)", advice: "check the adapter")
  }

  /// The next way to try; when all have been tried, the first of the ports that are there now.
  private func nextWay() throws(InputError) -> LineChoice {
    let ports = self.port.map { [$0] } ?? ports()
    return try state.withLock { state throws(InputError) in
      if state.next >= state.ways.count { state.begin(ways(of: ports)) }
      guard state.next < state.ways.count else {
        throw InputError(
          .missing, name, "no serial adapter is connected", advice: "plug it in, or name its port in serial_port")
      }
      return state.ways[state.next]
    }
  }

  private func ways(of ports: [String]) -> [LineChoice] {
    ports.flatMap { port in lines.map { LineChoice(port: port, baudrate: $0.0, parity: $0.1) } }
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

  func heard(_ traffic: Traffic) {
    state.withLock { state in
      guard let open = state.open, traffic.whole > 0 else { return }
      (state.spoiled, state.silences, state.mostSilences) = (0, 0, LineSearch.silences.first)
      guard state.found == nil, traffic.whole >= 2, traffic.noise * 4 < traffic.octets else { return }
      keep(open, &state)
    }
  }

  func gaveUp(_ traffic: Traffic) {
    let ports = self.port == nil ? ports() : []
    state.withLock { state in
      guard let open = state.open else { return }
      guard let found = state.found else {
        state.results[open] = traffic
        _ = endWay(&state)
        return
      }
      guard traffic.octets == 0 else {
        state.spoiled += 1
        guard state.spoiled >= 3 else { return }
        state.forget()
        return state.news.append(.inVain("\(open) brings only noise: all ways are tried again"))
      }
      state.spoiled = 0
      state.silences += 1
      let others = ports.filter { $0 != found.port }
      guard state.silences >= state.mostSilences, !others.isEmpty else { return }
      state.forget()
      state.silent = found
      state.mostSilences = min(state.mostSilences * 2, LineSearch.silences.most)
      state.begin(ways(of: others))
    }
  }

  func takeNews() -> [LineNews] {
    state.withLock { state in
      defer { state.news = [] }
      return state.news
    }
  }

  /// From now on this is what is right.
  private func keep(_ line: LineChoice, _ state: inout State) {
    state.found = line
    (state.missing, state.silent) = (nil, nil)
    state.news.append(.found(line))
  }

  /// The way that is next has been tried. True when it was the last of its round: then what has brought most is kept.
  private func endWay(_ state: inout State) -> Bool {
    state.next += 1
    guard state.next >= state.ways.count else { return false }
    let tried = state.ways.map { way in
      let result =
        state.results[way].map { "\(counted(Int($0.octets), "octet")), \(counted($0.whole, "whole message"))" }
        ?? state.failures[way].map { $0.reason } ?? "not tried"
      return "\(way): \(result)"
    }
    // None was clearly right: the one that brought most is better than none, and than one that is silent.
    let best = state.results.max { $0.value.whole < $1.value.whole }.flatMap { $0.value.whole > 0 ? $0.key : nil }
    let kept = (best ?? state.silent).map { "; kept is \($0)" } ?? ""
    // Where nothing was tried, the failures say it all.
    if !state.results.isEmpty { state.news.append(.inVain("tried \(tried.joined(separator: "; "))\(kept)")) }
    if let best {
      keep(best, &state)
    } else if let silent = state.silent {
      (state.found, state.silent) = (silent, nil)
    }
    return true
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
