-- Neovim 0.7 or newer: findings of the wdm module while you type, and <F8> for
-- the fix at the cursor. Put it into init.lua, or try it with
--   nvim -S nvim.lua driver.c

local function attach()
  -- Neovim shows no related information: with this, the notes are in the text.
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  local diagnostics = capabilities.textDocument.publishDiagnostics or {}
  diagnostics.relatedInformation = false
  capabilities.textDocument.publishDiagnostics = diagnostics
  local config = {
    capabilities = capabilities,
    name = 'wdm-clangd',
    cmd = { 'wdm-clangd' },
    -- Where compile_commands.json (or build/compile_commands.json) is.
    root_dir = vim.fn.getcwd(),
  }
  if vim.lsp.start then
    vim.lsp.start(config)
  else -- 0.7
    vim.lsp.buf_attach_client(0, vim.lsp.start_client(config))
  end
end

-- The first fix at the cursor, without a question: the one that clang-tidy --fix
-- takes. (Not the preferred one: two findings in one line have one each.)
local function fix()
  if vim.fn.has('nvim-0.8') == 1 then
    local taken = false
    vim.lsp.buf.code_action({
      filter = function(action)
        local first = not taken and action.kind == 'quickfix'
        taken = taken or first
        return first
      end,
      apply = true,
    })
    return
  end
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
  vim.lsp.buf_request(0, 'textDocument/codeAction', params, function(_, actions)
    for _, action in ipairs(actions or {}) do
      if action.kind == 'quickfix' and action.edit then
        vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
        return
      end
    end
  end)
end

vim.api.nvim_create_autocmd('FileType', {
  pattern = { 'c', 'cpp' },
  callback = attach,
})
vim.keymap.set('n', '<F8>', fix)
-- All fixes to choose from, alternatives too, and the whole text of a finding.
vim.keymap.set('n', '<F9>', vim.lsp.buf.code_action)
vim.keymap.set('n', '<F7>', vim.diagnostic.open_float)
-- For a file that is already open.
if vim.tbl_contains({ 'c', 'cpp' }, vim.bo.filetype) then
  attach()
end
