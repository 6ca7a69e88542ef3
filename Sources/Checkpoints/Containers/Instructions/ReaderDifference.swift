// SPDX-License-Identifier: Apache-2.0

/// Where those who read a pickle do not agree: C's `_pickle`, Python's `pickle.py` (which joblib and dill build on), and
/// `pickletools`, by which scanners go. What one refuses another takes, and what follows is then seen by that one alone.
package enum ReaderDifference: Hashable, Sendable {
  /// An argument begins in a frame and ends behind it (cpython issue 154848).
  case argumentCrossesFrame
  /// A frame begins where another still has so many bytes.
  case frameInFrame(rest: Int)
  /// A frame says that it is so many bytes longer than what follows.
  case frameBeyondEnd(missing: Int)
  /// STOP comes so many bytes before its frame ends.
  case stopInFrame(rest: Int)
  /// The last line has no newline.
  case lineWithoutEnd
  /// The text of a number that only one of them can read.
  case number
  /// The index of a memo that only one of them can read.
  case memoIndex
  /// A length of BINSTRING of 2 GiB and more, which is negative to who reads a sign.
  case signedLength
  /// Arguments of a call that are no tuple.
  case arguments
  /// A state that counts as false and is no dict, of an object that may not take states itself.
  case state
  /// No items at all for what may not take any.
  case nothingAdded
  /// INST, without a mark before it.
  case instanceWithoutMark
  /// A module or name of no letters in GLOBAL or INST.
  case emptyName
  /// A protocol beyond 5.
  case protocolNumber(Int)
  /// A name out of an 8-bit string of Python 2 that is no ASCII: it depends on the `encoding` that a loader asks for.
  case encodedName

  /// Two or three sentences: what is there, and what each makes of it.
  package var words: String {
    switch self {
    case .argumentCrossesFrame:
      "an argument crosses the end of its frame: pickle.py and C since 3.13.15 and 3.14.7 refuse it, earlier C reads "
        + "straight on from memory and, from a file, leaves out the rest of the frame, pickletools reads straight on"
    case .frameInFrame(let rest):
      "a frame begins \(rest) bytes before the one around it ends: pickle.py and C since 3.13.15 and 3.14.7 refuse it, "
        + "earlier C reads straight on or leaves out the rest, pickletools reads straight on"
    case .frameBeyondEnd(let missing):
      "a frame is \(missing) bytes longer than what follows: C refuses it, pickle.py and pickletools read what is there"
    case .stopInFrame(let rest):
      "STOP comes \(rest) bytes before its frame ends: who reads frames from a file looks for the next pickle behind "
        + "the frame, others behind STOP"
    case .lineWithoutEnd:
      "the last line has no newline: C refuses it, pickle.py takes it without its last byte"
    case .number: "C's strtol and Python's int() and float() do not take the same text for a number"
    case .memoIndex: "C and pickle.py do not read the same memo index, or C has no memory for one so large"
    case .signedLength: "C takes the length without a sign, pickle.py refuses it as negative"
    case .arguments: "the arguments are no tuple: C refuses them, pickle.py unpacks whatever can be iterated"
    case .state:
      "the state of an object counts as false and is no dict: C refuses it where the object does not take it itself, "
        + "pickle.py leaves it out"
    case .nothingAdded:
      "no items are added to what is no list or set: C goes on, pickle.py asks it for a method and may fail"
    case .instanceWithoutMark:
      "INST without a mark before it: C refuses it, pickle.py looks the name up, which imports the module, and fails then"
    case .emptyName:
      "a module or name without letters: C refuses it, pickle.py imports the module before it finds nothing"
    case .protocolNumber(let number):
      "protocol \(number): C and pickle.py know none beyond 5 and refuse it, PyTorch's weights_only reader and pickletools "
        + "read on"
    case .encodedName:
      "the name is an 8-bit string beyond ASCII, and depends on the encoding that a loader asks for"
    }
  }
}
