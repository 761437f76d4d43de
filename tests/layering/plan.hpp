#pragma once

// Who may include whom. A room is named by its folder, "gateway/h2"; the files directly in a tree
// are the room that is named like the tree, "gateway".

#include <string>
#include <vector>

namespace trunkline::layering {

/// Each row may include the rows before it.
struct Tree {
  std::string name;
  std::vector<std::vector<std::string>> rows;
};

/// An arrow from a room to one of another tree; trees know nothing of each other otherwise.
struct Bridge {
  std::string from;
  std::string to;
};

/// Headers of a library, or generated ones, that only some may name: rooms, or single files.
struct Reserved {
  std::string prefix;
  std::vector<std::string> allowed;
};

struct Plan {
  std::vector<Tree> trees;
  std::vector<Bridge> bridges;
  std::vector<Reserved> reserved;  ///< the longest prefix that fits counts
};

/// The plan of this house.
Plan house_plan();

}  // namespace trunkline::layering
