import Foundation
import Glibc
import Metering
import Synchronization
import Testing

@testable import Logger

@Suite struct `Input loop` {
  let stop: Stop

  init() throws {
    stop = try Stop()
  }

  /// Requests the stop from another thread, when this one has long been asleep.
  private func stopSoon() {
    Thread.detachNewThread { [stop] in
      usleep(100_000)
      stop.request()
    }
  }

  @Test func `a stop ends a silent input at once`() throws {
    let pipe = try WakePipe()
    let number = pipe.readEnd.number
    let source = ScriptedInput { () throws(InputError) in Descriptor(owning: dup(number)) }
    stopSoon()
    let start = ContinuousClock.now
    let ending = InputLoop(source: source, stop: stop, tick: .hours(1)).run { _ in .proceed }
    #expect(ending == .stopped)
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(pipe.writeEnd.number >= 0)
  }

  @Test func `a stop ends the pause before the next attempt at once`() throws {
    let source = ScriptedInput(longestPause: .hours(1)) { () throws(InputError) in
      throw InputError(.missing, "script", "not there")
    }
    stopSoon()
    let start = ContinuousClock.now
    let ending = InputLoop(source: source, stop: stop, tick: .hours(1), firstPause: .hours(1)).run { _ in .proceed }
    #expect(ending == .stopped)
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test func `an input that is stopped beforehand is not opened`() throws {
    stop.request()
    let source = ScriptedInput { () throws(InputError) in
      Issue.record("opened")
      throw InputError(.missing, "script", "not there")
    }
    #expect(InputLoop(source: source, stop: stop).run { _ in .proceed } == .stopped)
  }

  @Test func `an input whose end is final ends the loop after its last octets`() throws {
    var pipe: WakePipe? = try WakePipe()
    _ = try pipe?.writeEnd.write([1, 2, 3])
    let number = dup(pipe?.readEnd.number ?? -1)
    pipe = nil
    let source = ScriptedInput(longestPause: nil) { () throws(InputError) in Descriptor(owning: number) }
    var log: [String] = []
    let ending = try drive(source, stop: stop) { event in
      log.append(name(of: event))
      return .proceed
    }
    #expect(ending == .inputEnded)
    #expect(log == ["opened", "octets 3", "lost closed"])
  }

  @Test func `silence is told again and again, with the time`() throws {
    let pipe = try WakePipe()
    let number = pipe.readEnd.number
    let source = ScriptedInput { () throws(InputError) in Descriptor(owning: dup(number)) }
    let start = HostClock.now()
    var times: [UTCTime] = []
    let ending = try drive(source, stop: stop) { event in
      if case .idle(let time) = event { times.append(time) }
      return times.count == 3 ? .end : .proceed
    }
    #expect(ending == .handlerEnded)
    #expect(times.allSatisfy { $0 >= start && $0 <= HostClock.now() })
    #expect(pipe.writeEnd.number >= 0)
  }

  @Test func `the handler can have the input closed and opened again`() throws {
    let pipe = try WakePipe()
    let number = pipe.readEnd.number
    let openings = Mutex(0)
    let source = ScriptedInput { () throws(InputError) in
      openings.withLock { $0 += 1 }
      return Descriptor(owning: dup(number))
    }
    var log: [String] = []
    let ending = try drive(source, stop: stop) { event in
      log.append(name(of: event))
      return log.count == 6 ? .end : log.last == "idle" ? .reopen : .proceed
    }
    #expect(ending == .handlerEnded)
    #expect(log == ["opened", "idle", "opened", "idle", "opened", "idle"])
    #expect(openings.withLock { $0 } == 3)
    #expect(pipe.writeEnd.number >= 0)
  }

  @Test(arguments: ["opened", "octets 1", "idle", "lost closed"])
  func `an error of the handler closes the input and is thrown on`(moment: String) throws {
    struct DiskFull: Error {}
    var pipe: WakePipe? = try WakePipe()
    // Not for the programs that other tests start meanwhile.
    let numbers = (
      fcntl(pipe?.readEnd.number ?? -1, F_DUPFD_CLOEXEC, 0), fcntl(pipe?.writeEnd.number ?? -1, F_DUPFD_CLOEXEC, 0)
    )
    pipe = nil
    let source = ScriptedInput { () throws(InputError) in Descriptor(owning: numbers.0) }
    var isQuiet = false
    #expect(throws: DiskFull.self) {
      try drive(source, stop: stop) { event in
        if name(of: event) == moment { throw DiskFull() }
        if case .opened = event { _ = write(numbers.1, "x", 1) }
        if case .idle = event, !isQuiet {
          isQuiet = true
          close(numbers.1)
        }
        return .proceed
      }
    }
    if !isQuiet {
      var octet: UInt8 = 0
      signal(SIGPIPE, SIG_IGN)
      #expect(write(numbers.1, &octet, 1) == -1, "the reading end is closed")
      close(numbers.1)
    }
  }

  @Test func `of equal failures in a row the first is told`() throws {
    let attempts = Mutex(0)
    let source = ScriptedInput(longestPause: TimeSpan(milliseconds: 10)) { () throws(InputError) in
      let attempt = attempts.withLock { count in
        count += 1
        return count
      }
      throw InputError(attempt <= 3 ? .missing : .busy, "script", "attempt failed")
    }
    var log: [String] = []
    _ = try drive(source, stop: stop) { event in
      if case .lost = event { log.append(name(of: event)) }
      return attempts.withLock { $0 } == 8 ? .end : .proceed
    }
    #expect(log == ["lost missing", "lost busy"])
  }

  /// Brings an octet at each opening, then ends.
  private let brief = ScriptedInput { () throws(InputError) in
    do throws(SystemError) {
      let pipe = try WakePipe()
      _ = try pipe.writeEnd.write([1])
      return Descriptor(owning: dup(pipe.readEnd.number))
    } catch {
      throw InputError(.system, "script", "\(error)")
    }
  }

  @Test func `an input that works starts the pauses afresh`() throws {
    var losses = 0
    let ending = try drive(brief, stop: stop) { event in
      if case .lost = event { losses += 1 }
      if case .octets = event { return .works }
      // By doubling, the twelfth pause would be one of 20 s: `drive` takes that for stuck.
      return losses == 13 ? .end : .proceed
    }
    #expect(ending == .handlerEnded)
  }

  @Test func `octets alone do not start the pauses afresh`() throws {
    var losses = 0
    var idle = 0
    let ending = try drive(brief, stop: stop) { event in
      if case .idle = event { idle += 1 } else { idle = 0 }
      if case .lost = event { losses += 1 }
      // The first pause is one tick; by doubling, some later one has many.
      return idle > 20 || losses == 100 ? .end : .proceed
    }
    #expect(ending == .handlerEnded)
    #expect(losses < 100, "the pauses do not grow")
  }

  @Test func `pauses double up to the longest and start afresh`() {
    var backOff = BackOff(first: .seconds(1), longest: .seconds(60))
    #expect((0..<8).map { _ in backOff.next().milliseconds / 1000 } == [1, 2, 4, 8, 16, 32, 60, 60])
    backOff.reset()
    #expect(backOff.next() == .seconds(1))
  }

  @Test func `a thousand losses leave no descriptor open`() throws {
    let opened = Mutex<Set<Int32>>([])
    let source = ScriptedInput(longestPause: .zero) { () throws(InputError) in
      do throws(SystemError) {
        let pipe = try WakePipe()
        let number = dup(pipe.readEnd.number)
        opened.withLock { _ = $0.insert(number) }
        return Descriptor(owning: number)
      } catch {
        throw InputError(.system, "script", "\(error)")
      }
    }
    var losses = 0
    _ = try drive(source, stop: stop) { event in
      if case .lost(let error, _) = event {
        #expect(error.kind == .closed)
        losses += 1
      }
      return losses == 1000 ? .end : .proceed
    }
    // Other tests take numbers meanwhile; a leak would need a thousand of its own.
    #expect(opened.withLock { $0.count } < 500)
  }

  private func name(of event: InputLoop.Event) -> String {
    switch event {
    case .opened: "opened"
    case .octets(let octets, _): "octets \(octets.count)"
    case .idle: "idle"
    case .lost(let error, _): "lost \(error.kind)"
    }
  }
}
