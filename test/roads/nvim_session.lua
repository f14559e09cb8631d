-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
--
-- In a headless Neovim with docs/examples/nvim.lua: waits for the findings of
-- the open file, goes to the first with a fix, presses <F8>, saves.

local function findings()
  return vim.tbl_filter(function(d)
    local lsp = (d.user_data or {}).lsp or {}
    return tostring(d.code or lsp.code or ''):match('^wdm%-') ~= nil
  end, vim.diagnostic.get(0))
end

local function say(text)
  io.stdout:write(text .. '\n')
end

local function stop(text)
  say('FAILED: ' .. text)
  vim.cmd('cquit!')
end

local function main()
  if not vim.wait(60000, function() return #findings() > 0 end, 50) then
    stop('no finding came')
  end
  local before = findings()
  local at
  for _, d in ipairs(before) do
    say(string.format('finding: line %d: %s', d.lnum + 1, d.message))
    if not at and d.message:match('fix') then
      at = d
    end
  end
  if not at then
    stop('no finding has a fix')
  end
  vim.api.nvim_win_set_cursor(0, { at.lnum + 1, at.col })
  local key = vim.api.nvim_replace_termcodes('<F8>', true, false, true)
  vim.api.nvim_feedkeys(key, 'mx', false)
  if not vim.wait(60000, function() return #findings() == #before - 1 end, 50) then
    stop('the finding did not go')
  end
  vim.cmd('write')
  say(string.format('%d findings left', #findings()))
  say('line ends: ' .. vim.bo.fileformat)
  vim.cmd('qall!')
end

local good, problem = pcall(main)
if not good then
  stop(problem)
end
