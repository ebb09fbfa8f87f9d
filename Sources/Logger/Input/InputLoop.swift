import Glibc
import Metering

/// Keeps one input open and hands on what arrives, on the calling thread, until it is stopped.
///
/// A lost input is opened again after 1, 2, 4 ... seconds, up to the source's longest pause; when the handler says that it
/// works, the count starts afresh. Everything it sleeps in ends at once when `stop` is requested.
struct InputLoop {
  /// What happens to an input. Every event has the host's time, so that the caller can do timed work on any of them.
  enum Event {
    case opened(UTCTime)
    /// One read: `arrival` is when the last of these octets had come. Keeping the slice costs a copy.
    case octets(ArraySlice<UInt8>, arrival: UTCTime)
    /// Nothing has come for the length of a tick; repeated while that lasts, also while the input is lost.
    ///
    /// For work that the clock calls for. A line is idle between messages: what is left of a frame may be flushed.
    case idle(UTCTime)
    /// The input cannot be opened, or was open and has ended. The loop goes on trying: the caller drops what it has of
    /// a frame and commits. Of equal failures to open it only the first is handed on.
    case lost(InputError, UTCTime)
  }

  /// What the handler wants next.
  enum Directive: Hashable, Sendable {
    case proceed
    /// The same, and the input works: it brings what is wanted of it. An opening or octets alone do not say so: a server may
    /// take each connection, say that its own port has gone, and close.
    case works
    /// Close the input and open it again now, say after a minute without octets on a TCP connection.
    case reopen
    /// Close the input and return.
    case end
  }

  /// Why the loop returned.
  enum Ending: Hashable, Sendable {
    /// `stop` was requested.
    case stopped
    /// The input has ended for good.
    case inputEnded
    /// The handler said `end`.
    case handlerEnded
  }

  let source: any InputSource
  let stop: Stop
  /// The clock of arrivals.
  var now: @Sendable () -> UTCTime = HostClock.now
  /// The length of silence that makes an `idle` event.
  var tick = TimeSpan(milliseconds: 250)
  /// The pause after a first failure; each further one doubles it.
  var firstPause = TimeSpan.seconds(1)

  /// Runs until one of the `Ending`s. An error of the handler closes the input and is thrown on.
  func run<Failure: Error>(
    _ handle: (Event) throws(Failure) -> Directive
  ) throws(Failure) -> Ending {
    var state = State(backOff: BackOff(first: firstPause, longest: source.longestPause ?? firstPause))
    while !stop.isRequested {
      switch try attempt(&state, handle) {
      case .lost(let error):
        if stop.isRequested { return .stopped }
        if state.reported != error {
          state.reported = error
          let directive = try handle(.lost(error, now()))
          if directive == .end { return .handlerEnded }
          if directive == .reopen { continue }
        }
        if source.longestPause == nil { return .inputEnded }
        if let ending = try rest(state.backOff.next(), handle) { return ending }
      case .reopen: continue
      case .ending(let ending): return ending
      }
    }
    return .stopped
  }

  /// What one attempt leaves for the next.
  private struct State {
    var backOff: BackOff
    /// The failure to open it that was handed on last; nil once it is open.
    var reported: InputError?
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
  }

  private enum Outcome {
    case lost(InputError)
    case reopen
    case ending(Ending)
  }

  /// Opens the input and reads until something ends that.
  private func attempt<Failure: Error>(
    _ state: inout State, _ handle: (Event) throws(Failure) -> Directive
  ) throws(Failure) -> Outcome {
    let opened: Result<Descriptor, InputError>
    do throws(InputError) {
      opened = .success(try source.open(unless: stop))
    } catch {
      opened = .failure(error)
    }
    switch consume opened {
    case .failure(let error): return .lost(error)
    case .success(let port):
      state.reported = nil
      if let outcome = outcome(of: try handle(.opened(now()))) { return outcome }
      return try pump(port, &state, handle)
    }
  }

  private func pump<Failure: Error>(
    _ port: borrowing Descriptor, _ state: inout State, _ handle: (Event) throws(Failure) -> Directive
  ) throws(Failure) -> Outcome {
    while true {
      let event: Event
      switch stop.wait(for: port.number, upTo: tick) {
      case .stopped: return .ending(.stopped)
      case .timedOut: event = .idle(now())
      case .ready(let events):
        switch port.read(into: &state.buffer) {
        case .octets(let count):
          event = .octets(state.buffer[..<count], arrival: now())
        case .nothing:
          // An error that `read` doesn't know of must not make the loop spin.
          if Int32(events) & POLLIN == 0 { return .lost(source.loss(SystemError(EIO))) }
          continue
        case .ended: return .lost(source.loss(nil))
        case .failed(let error): return .lost(source.loss(error))
        }
      }
      let directive = try handle(event)
      if directive == .works { state.backOff.reset() }
      if let outcome = outcome(of: directive) { return outcome }
    }
  }

  private func outcome(of directive: Directive) -> Outcome? {
    switch directive {
    case .proceed, .works: nil
    case .reopen: .reopen
    case .end: .ending(.handlerEnded)
    }
  }

  /// Lets the pause before the next attempt pass, with its `idle` events. Nil when it is time for that attempt.
  private func rest<Failure: Error>(
    _ pause: TimeSpan, _ handle: (Event) throws(Failure) -> Directive
  ) throws(Failure) -> Ending? {
    let deadline = Deadline(in: pause)
    while deadline.remaining > .zero {
      if stop.wait(upTo: min(deadline.remaining, tick)) == .stopped { return .stopped }
      switch try handle(.idle(now())) {
      case .proceed, .works: continue
      case .reopen: return nil
      case .end: return .handlerEnded
      }
    }
    return nil
  }
}
